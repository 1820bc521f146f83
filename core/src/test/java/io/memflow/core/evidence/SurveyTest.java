package io.memflow.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.MissingPart;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SurveyTest {
    private enum Way implements Source {
        LIST,
        TREE;

        @Override
        public String label() {
            return this == LIST ? "list" : "tree";
        }
    }

    @Test
    void whatIsFoundIsAskedForItsNeighboursOnce() {
        AtomicInteger asked = new AtomicInteger();
        Survey<Way> survey = new Survey<>(address -> address > 0 && address <= 5, (object, found) -> {
            asked.incrementAndGet();
            found.add(object + 1, Way.TREE);
            found.add(object - 1, Way.TREE);
        });
        assertThat(survey.add(3, Way.LIST)).isTrue();
        survey.followLinks();
        assertThat(survey.sightings()).extracting(Sighting::address).containsExactly(3L, 4L, 2L, 5L, 1L);
        assertThat(survey.sightings().getFirst().sourceNames()).containsExactly("list", "tree");
        assertThat(asked).hasValue(5);
    }

    @Test
    void whatIsNoObjectIsNotNoted() {
        Survey<Way> survey = new Survey<>(_ -> false, (_, _) -> {});
        assertThat(survey.add(1, Way.LIST)).isFalse();
        assertThat(survey.sightings()).isEmpty();
    }

    @Test
    void whatAWholeStructureLacksIsAFinding() {
        Roll roll = new Roll("the list", Set.of(1L), Roll.State.WHOLE, "is not on it", "it is hidden");
        assertThat(roll.lacking(sightings(), address -> "object " + address))
                .containsExactly(new MissingPart(
                        "the list", "object 2 is not on it, but was found by list, tree: it is hidden"));
    }

    @Test
    void whatABrokenStructureLacksIsNone() {
        Roll roll = new Roll("the list", Set.of(), Roll.State.of(List.of(new MissingPart("a", "b"))), "", "");
        assertThat(roll.lacking(sightings(), address -> "object " + address)).isEmpty();
    }

    @Test
    void aDisagreementThatGoesAwayIsNone() {
        AtomicInteger looks = new AtomicInteger();
        Found<Way> found = Found.settled(
                () -> new Found<>(
                        sightings(),
                        looks.incrementAndGet() < 3 ? List.of(new MissingPart("list", "torn")) : List.of()),
                () -> {},
                () -> new Found<>(List.of(), List.of()));
        assertThat(found.sightings()).hasSize(2);
        assertThat(found.missing()).isEmpty();
    }

    @Test
    void aDisagreementThatStaysLeadsToASearch() {
        Found<Way> searched = new Found<>(sightings(), List.of(new MissingPart("list", "cut")));
        Found<Way> found = Found.settled(
                () -> new Found<>(List.of(), List.of(new MissingPart("list", "cut"))), () -> {}, () -> searched);
        assertThat(found).isEqualTo(searched);
    }

    private static List<Sighting<Way>> sightings() {
        return List.of(new Sighting<>(1, EnumSet.of(Way.LIST)), new Sighting<>(2, EnumSet.allOf(Way.class)));
    }
}

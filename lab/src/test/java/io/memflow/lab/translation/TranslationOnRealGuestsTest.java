package io.memflow.lab.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.PhysicalMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every guest of the translation matrix, caught in user mode and in its kernel. */
@Tag("guest")
class TranslationOnRealGuestsTest {
    /** Every capture yields more statements that can be held against another; fewer means that one source fell silent. */
    private static final int FEWEST = 400;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everyoneAgreesOnWherePagesLie(TranslationGuest row) throws Exception {
        try (TranslationLab lab = TranslationLab.bootOrSkip(row)) {
            assertThat(lab.picture().spinner().hugeAreas()).as("huge mappings").isNotEmpty();
            System.out.printf("%s: %s%n", row, lab.picture());
            for (ProcessorMode mode : ProcessorMode.values()) {
                TranslationTruth truth = lab.capture(mode, folder);
                TruthConsistency.Result result = TruthConsistency.of(truth);
                System.out.printf("%s; %s; agreed on %d%n", truth, truth.registers(), result.compared());
                assertThat(result.differences()).as(truth.toString()).isEmpty();
                assertThat(result.compared()).as(truth.toString()).isGreaterThan(FEWEST);
                compare(truth);
            }
        }
    }

    /** Holds our own walk against the truth. */
    private static void compare(TranslationTruth truth) throws IOException {
        try (PhysicalMemory memory = truth.openMemory()) {
            WalkComparison.Result result = WalkComparison.of(truth, memory);
            System.out.printf(
                    "%s, %s mode: our walk equal on %d, %d KiB mapped%n",
                    truth.guest(), truth.mode(), result.compared(), result.mapped() >> 10);
            assertThat(result.differences()).as(truth.toString()).isEmpty();
        }
    }
}

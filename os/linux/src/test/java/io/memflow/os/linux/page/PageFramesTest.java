package io.memflow.os.linux.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MalformedDataException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageFramesTest {
    private static final long BASE = 0xFFFF_EA00_0000_0000L;

    private static PageFrames.Witness honest(long frame) {
        return new PageFrames.Witness(BASE + frame * 64, frame << 12);
    }

    @Test
    void theBaseIsWhatMostPagesAgreeOn() {
        List<PageFrames.Witness> witnesses = new ArrayList<>(List.of(honest(5), honest(9), honest(700)));
        witnesses.add(new PageFrames.Witness(BASE + 3 * 64, 0x9999_9000L));

        assertThat(PageFrames.agreed(witnesses, 64, 12)).contains(new PageFrames(BASE, 64, 12));
    }

    @Test
    void twoPagesAreTooFewAndDisagreementIsNone() {
        assertThat(PageFrames.agreed(List.of(honest(5), honest(9)), 64, 12)).isEmpty();
        assertThat(PageFrames.agreed(
                        List.of(
                                honest(1),
                                honest(2),
                                honest(3),
                                new PageFrames.Witness(1, 0x1000),
                                new PageFrames.Witness(2, 0x9000),
                                new PageFrames.Witness(3, 0x7000)),
                        64,
                        12))
                .isEmpty();
    }

    @Test
    void whatIsNoEntryOfTheArrayIsRefused() {
        PageFrames frames = new PageFrames(BASE, 64, 12);

        assertThat(frames.physical(BASE + 64)).isEqualTo(0x1000);
        assertThatThrownBy(() -> frames.physical(BASE + 65)).isInstanceOf(MalformedDataException.class);
        assertThatThrownBy(() -> frames.physical(BASE - 64)).isInstanceOf(MalformedDataException.class);
    }
}

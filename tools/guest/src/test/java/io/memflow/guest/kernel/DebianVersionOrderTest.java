package io.memflow.guest.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DebianVersionOrderTest {
    @Test
    void sortsAsDebianPolicySays() {
        List<String> sorted = List.of(
                "",
                "1.0~rc1",
                "1.0",
                "1.0a",
                "1.0+b1",
                "1.2",
                "1.10",
                "linux-image-6.12.9+deb12-cloud-amd64",
                "linux-image-6.12.107+deb12-cloud-amd64",
                "linux-image-6.12.117+deb12-cloud-amd64");

        List<String> shuffled =
                sorted.reversed().stream().sorted(DebianVersionOrder.INSTANCE).toList();

        assertThat(shuffled.subList(1, 7)).isEqualTo(sorted.subList(1, 7));
        assertThat(shuffled.subList(7, 10)).isEqualTo(sorted.subList(7, 10));
    }

    @Test
    void leadingZerosDoNotCount() {
        assertThat(DebianVersionOrder.INSTANCE.compare("1.007", "1.7")).isZero();
    }

    @Test
    void aTildeSortsBeforeTheEnd() {
        assertThat(DebianVersionOrder.INSTANCE.compare("1~", "1")).isNegative();
        assertThat(DebianVersionOrder.INSTANCE.compare("1", "1~")).isPositive();
    }
}

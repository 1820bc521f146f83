package io.memflow.os.linux.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import org.junit.jupiter.api.Test;

class KernelFieldTest {
    private static final long AT = TestMachine.BASE + 0x10000;

    private final Kernel kernel = new TestMachine()
            .member("thing.number", 0, 4)
            .member("thing.name", 8, 8)
            .bits("thing.low", 128, 5, 1)
            .bits("thing.high", 133, 3, 1)
            .bits("thing.wide", 140, 12, 4)
            .member("thing.table", 32, 24)
            .word(AT, 0xFFFF_FFFFL)
            .text(AT + 8, "unending")
            .word(AT + 16, 0xABC_DA5L)
            .kernel(6, 1);

    @Test
    void aNumberIsReadAtItsOwnWidth() {
        assertThat(kernel.field("thing", "number").unsigned(AT)).isEqualTo(0xFFFF_FFFFL);
        assertThat(kernel.field("thing", "number").signed(AT)).isEqualTo(-1);
    }

    @Test
    void bitFieldsGiveTheirOwnBits() {
        assertThat(kernel.field("thing", "low").unsigned(AT)).isEqualTo(0xA5 & 0x1F);
        assertThat(kernel.field("thing", "high").unsigned(AT)).isEqualTo(0xA5 >>> 5);
        assertThat(kernel.field("thing", "wide").unsigned(AT)).isEqualTo(0xABC);
    }

    @Test
    void textWithoutATerminatorIsTheWholeField() {
        assertThat(kernel.field("thing", "name").text(AT)).isEqualTo("unending");
    }

    @Test
    void aFieldThatIsNoNumberSaysSo() {
        assertThatThrownBy(() -> kernel.field("thing", "table").unsigned(AT))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("24 bytes");
    }

    @Test
    void theFirstNameThatExistsIsTaken() {
        assertThat(kernel.field("thing", "renamed", "name").place().offset()).isEqualTo(8);
        assertThat(kernel.optionalField("thing", "renamed")).isEmpty();
        assertThatThrownBy(() -> kernel.field("thing", "renamed", "again"))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("renamed or again");
    }
}

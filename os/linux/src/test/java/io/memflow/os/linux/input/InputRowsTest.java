package io.memflow.os.linux.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.InputDeviceInfo.PressedKey;
import io.memflow.core.os.Listing;
import io.memflow.os.linux.structure.TestMachine;
import org.junit.jupiter.api.Test;

class InputRowsTest {
    private static final long LIST = TestMachine.BASE + 0x10000;
    private static final long DEVICE = TestMachine.BASE + 0x11000;
    private static final long NAME = TestMachine.BASE + 0x12000;
    private static final long KEYBIT = 64;
    private static final long KEY = 160;
    private static final long NODE = 256;

    private final TestMachine machine = new TestMachine()
            .symbol("input_dev_list", LIST)
            .member("input_dev.name", 0, 8)
            .member("input_dev.phys", 8, 8)
            .member("input_dev.id.bustype", 24, 2)
            .member("input_dev.id.vendor", 26, 2)
            .member("input_dev.id.product", 28, 2)
            .member("input_dev.id.version", 30, 2)
            .member("input_dev.keybit", KEYBIT, 96)
            .member("input_dev.key", KEY, 96)
            .member("input_dev.node", NODE, 16);

    private void link(long next) {
        machine.word(LIST, DEVICE + NODE)
                .word(LIST + 8, DEVICE + NODE)
                .word(DEVICE + NODE, next)
                .word(DEVICE + NODE + 8, LIST)
                .word(DEVICE, NAME)
                .text(NAME, "a keyboard");
    }

    @Test
    void keysThatAreDownAreNamed() {
        link(LIST);
        machine.word(DEVICE + KEYBIT, 0xF0).word(DEVICE + KEY, 1L << 30 | 1L << 42);
        machine.word(DEVICE + KEY + 80, 1L << (700 - 640));
        InputDeviceInfo row = devices().rows().getFirst();
        assertThat(row.name()).isEqualTo("a keyboard");
        assertThat(row.place()).isNull();
        assertThat(row.keys()).isEqualTo(4);
        assertThat(row.pressed())
                .containsExactly(
                        new PressedKey(30, "A"), new PressedKey(42, "LEFTSHIFT"), new PressedKey(700, "0x2bc"));
        assertThat(devices().isComplete()).isTrue();
    }

    @Test
    void aCutListIsNamed() {
        link(0x1234_0000L);
        Listing<InputDeviceInfo> listing = devices();
        assertThat(listing.rows()).hasSize(1);
        assertThat(listing.missing()).isNotEmpty();
    }

    private Listing<InputDeviceInfo> devices() {
        return new InputRows(machine.kernel(6, 12)).devices();
    }
}

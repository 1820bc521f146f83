package io.memflow.os.linux.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.os.linux.structure.TestMachine;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleParametersTest {
    private static final long MODULE = TestMachine.BASE + 0x10000;
    private static final long LIST = TestMachine.BASE + 0x11000;
    private static final long NAMES = TestMachine.BASE + 0x12000;
    private static final long VALUES = TestMachine.BASE + 0x13000;
    private static final long OPERATIONS = 0xFFFF_FFFF_8200_0000L;
    private static final int STRIDE = 40;

    private final TestMachine machine = new TestMachine()
            .member("module.kp", 0, 8)
            .member("module.num_kp", 8, 4)
            .size("kernel_param", STRIDE)
            .member("kernel_param.name", 0, 8)
            .member("kernel_param.ops", 8, 8)
            .member("kernel_param.arg", 16, 8)
            .word(MODULE, LIST);

    private int count;

    private void parameter(String name, String kind, long value) {
        long entry = LIST + (long) count * STRIDE;
        long operations = OPERATIONS + kind.hashCode() % 4096 * 64L;
        machine.symbol("param_ops_" + kind, operations)
                .text(NAMES + count * 32L, name)
                .word(entry, NAMES + count * 32L)
                .word(entry + 8, operations)
                .word(entry + 16, VALUES + count * 8L)
                .word(VALUES + count * 8L, value);
        machine.half(MODULE + 8, ++count);
    }

    private List<String> read() {
        return new ModuleParameters(machine.kernel(6, 1)).read(MODULE);
    }

    @Test
    void eachKindIsShownAsSysfsShowsIt() {
        machine.text(VALUES + 0x800, "words");
        parameter("byte", "byte", 0xFFL);
        parameter("short", "short", 0xFFFFL);
        parameter("int", "int", 0xFFFF_FFFEL);
        parameter("uint", "uint", 0xFFFF_FFFEL);
        parameter("mask", "hexint", 0xBEEFL);
        parameter("large", "ullong", -1);
        parameter("on", "bool", 1);
        parameter("off", "invbool", 1);
        parameter("text", "charp", VALUES + 0x800);
        parameter("none", "charp", 0);
        assertThat(read())
                .containsExactly(
                        "byte=255",
                        "short=-1",
                        "int=-2",
                        "uint=4294967294",
                        "mask=0x0000beef",
                        "large=18446744073709551615",
                        "on=Y",
                        "off=N",
                        "text=words",
                        "none=(null)");
    }

    @Test
    void ofOtherKindsThereIsTheName() {
        parameter("own", "of_its_own", 7);
        assertThat(read()).containsExactly("own");
    }

    @Test
    void settingsThatAreNotThereAreSaidToBeUnreadable() {
        machine.word(MODULE, TestMachine.BASE + (8L << 20)).half(MODULE + 8, -1);
        assertThatThrownBy(this::read).isInstanceOf(MemoryAccessException.class);
    }
}

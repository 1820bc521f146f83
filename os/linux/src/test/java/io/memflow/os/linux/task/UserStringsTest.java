package io.memflow.os.linux.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.TestMachine;
import org.junit.jupiter.api.Test;

class UserStringsTest {
    private static final long MM = TestMachine.BASE + 0x10000;
    private static final long TEXT = TestMachine.BASE + 0x20000;

    private final TestMachine machine = new TestMachine()
            .member("mm_struct.arg_start", 0, 8)
            .member("mm_struct.arg_end", 8, 8)
            .member("mm_struct.env_start", 16, 8)
            .member("mm_struct.env_end", 24, 8);

    @Test
    void argumentsKeepTheirBoundaries() {
        place("sh\0-c\0two words\0", "A=1\0B=x=y\0");
        Kernel kernel = machine.kernel(6, 1);
        UserStrings strings = new UserStrings(kernel);
        assertThat(strings.arguments(MM, kernel.memory())).containsExactly("sh", "-c", "two words");
        assertThat(strings.environment(MM, kernel.memory()))
                .containsExactly(new EnvironmentVariable("A", "1"), new EnvironmentVariable("B", "x=y"));
    }

    @Test
    void aCommandLineWrittenOverTheEnvironmentIsOneString() {
        place("daemon: wor", "ker 7\0rest\0");
        Kernel kernel = machine.kernel(6, 1);
        assertThat(new UserStrings(kernel).arguments(MM, kernel.memory())).containsExactly("daemon: worker 7");
    }

    @Test
    void reversedMarksGiveNothing() {
        machine.word(MM, TEXT + 10).word(MM + 8, TEXT);
        Kernel kernel = machine.kernel(6, 1);
        assertThat(new UserStrings(kernel).arguments(MM, kernel.memory())).isEmpty();
    }

    @Test
    void absentMemoryIsReportedAndNotInvented() {
        machine.word(MM, 0x40_0000).word(MM + 8, 0x40_0010);
        Kernel kernel = machine.kernel(6, 1);
        assertThatThrownBy(() -> new UserStrings(kernel).arguments(MM, kernel.memory()))
                .isInstanceOf(MemoryAccessException.class)
                .hasMessageContaining("0x400000");
    }

    private void place(String arguments, String environment) {
        machine.text(TEXT, arguments + environment)
                .word(MM, TEXT)
                .word(MM + 8, TEXT + arguments.length())
                .word(MM + 16, TEXT + arguments.length())
                .word(MM + 24, TEXT + arguments.length() + environment.length());
    }
}

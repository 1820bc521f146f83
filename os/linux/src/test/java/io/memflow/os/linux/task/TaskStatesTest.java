package io.memflow.os.linux.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.linux.structure.TestMachine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskStatesTest {
    private static final long TASK = TestMachine.BASE + 0x10000;

    @ParameterizedTest
    @CsvSource({
        "0, 0, R",
        "1, 0, S",
        "2, 0, D",
        "0x402, 0, I",
        "4, 0, T",
        "8, 0, t",
        "0x80, 0x20, Z",
        "0x80, 0x10, X",
        "0x40, 0, P",
        "0x102, 0, D",
        "0x1000, 0, D",
        "0x8000, 0, D",
        "0x2001, 0, S"
    })
    void stateBitsGiveTheLetterProcPrints(String state, String exitState, char letter) {
        TestMachine machine = new TestMachine()
                .member("task_struct.__state", 24, 4)
                .member("task_struct.exit_state", 32, 4)
                .half(TASK + 24, Integer.decode(state))
                .half(TASK + 32, Integer.decode(exitState));
        assertThat(new TaskStates(machine.kernel(6, 1)).read(TASK).letter()).isEqualTo(letter);
    }
}

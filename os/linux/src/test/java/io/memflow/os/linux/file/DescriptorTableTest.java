package io.memflow.os.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.linux.file.DescriptorTable.Descriptor;
import io.memflow.os.linux.file.DescriptorTable.OnExec;
import io.memflow.os.linux.structure.TestMachine;
import org.junit.jupiter.api.Test;

class DescriptorTableTest {
    private static final long TASK = TestMachine.BASE + 0x10000;
    private static final long FILES = TASK + 0x100;
    private static final long TABLE = TASK + 0x200;
    private static final long POINTERS = TASK + 0x1000;
    private static final long OPEN = TASK + 0x300;
    private static final long CLOSING = TASK + 0x400;
    private static final long FILE = TestMachine.BASE + 0x20000;

    private final TestMachine machine = new TestMachine()
            .member("task_struct.files", 8, 8)
            .member("files_struct.fdt", 32, 8)
            .member("fdtable.max_fds", 0, 4)
            .member("fdtable.fd", 8, 8)
            .member("fdtable.close_on_exec", 16, 8)
            .member("fdtable.open_fds", 24, 8)
            .word(TASK + 8, FILES)
            .word(FILES + 32, TABLE)
            .half(TABLE, 128)
            .word(TABLE + 8, POINTERS)
            .word(TABLE + 16, CLOSING)
            .word(TABLE + 24, OPEN);

    @Test
    void openDescriptorsComeInOrderWithWhatExecDoes() {
        machine.word(OPEN, 0b101).word(OPEN + 8, 1L << 63).word(CLOSING + 8, 1L << 63);
        machine.word(POINTERS, FILE).word(POINTERS + 16, FILE + 1).word(POINTERS + 127 * 8, FILE + 2);
        DescriptorTable.Found found = read();
        assertThat(found.descriptors())
                .containsExactly(
                        new Descriptor(0, FILE, OnExec.KEPT),
                        new Descriptor(2, FILE + 1, OnExec.KEPT),
                        new Descriptor(127, FILE + 2, OnExec.CLOSED));
        assertThat(found.missing()).isEmpty();
    }

    @Test
    void aNumberThatIsTakenButHasNoFileYetIsPassedOver() {
        machine.word(OPEN, 0b1);
        assertThat(read().descriptors()).isEmpty();
        assertThat(read().missing()).isEmpty();
    }

    @Test
    void aProcessWithoutFilesHasNone() {
        machine.word(TASK + 8, 0);
        assertThat(read().descriptors()).isEmpty();
        assertThat(read().missing()).isEmpty();
    }

    @Test
    void anAbsurdSizeIsDamage() {
        machine.half(TABLE, -64);
        assertThat(read().descriptors()).isEmpty();
        assertThat(read().missing()).singleElement().asString().contains("room for");
        machine.half(TABLE, 100);
        assertThat(read().missing()).hasSize(1);
    }

    @Test
    void whatLiesBeyondReadableMemoryIsNamed() {
        machine.word(OPEN, 0b1).word(POINTERS, FILE).half(TABLE, 1 << 27);
        DescriptorTable.Found found = read();
        assertThat(found.descriptors()).contains(new Descriptor(0, FILE, OnExec.KEPT));
        assertThat(found.missing()).isNotEmpty();
    }

    @Test
    void anUnreadableTableIsNamed() {
        machine.word(FILES + 32, 0x1234_5678L);
        assertThat(read().missing()).hasSize(1);
    }

    private DescriptorTable.Found read() {
        return new DescriptorTable(machine.kernel(6, 1)).read(TASK);
    }
}

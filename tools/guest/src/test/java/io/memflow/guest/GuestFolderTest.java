package io.memflow.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestFolderTest {
    /** Above the largest pid Linux hands out ({@code PID_MAX_LIMIT}, 4194304). */
    private static final long NO_PROCESS = 999_999_999;

    @TempDir
    Path scratch;

    @Test
    void eachGuestHasItsOwnFolderWhichGoesWithIt() throws Exception {
        GuestFolder first = GuestFolder.create(configuration(scratch));
        GuestFolder second = GuestFolder.create(configuration(scratch));

        assertThat(first.scratch()).isNotEqualTo(second.scratch()).isDirectory();
        first.delete();
        first.delete();
        assertThat(first.scratch()).doesNotExist();
        assertThat(first.ram()).doesNotExist();
        assertThat(second.scratch()).isDirectory();
        second.delete();
    }

    @Test
    void whatADeadProcessLeftIsRemovedAndNothingElse() throws Exception {
        Path orphan = Files.createDirectory(scratch.resolve("memflow-guest-%d-x-1".formatted(NO_PROCESS)));
        Files.writeString(orphan.resolve("ram"), "x");
        Path living = Files.createDirectory(scratch.resolve(
                "memflow-guest-%d-x-99999".formatted(ProcessHandle.current().pid())));
        Path foreign = Files.createDirectory(scratch.resolve("other"));

        GuestFolder.create(configuration(scratch)).delete();

        assertThat(orphan).doesNotExist();
        assertThat(living).exists();
        assertThat(foreign).exists();
    }

    @Test
    void aPathTooLongForSocketsIsSaid() throws Exception {
        Path deep = Files.createDirectories(scratch.resolve("x".repeat(100)));
        assertThatThrownBy(() -> GuestFolder.create(configuration(deep)))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("too long for a socket");
        assertThat(deep).isEmptyDirectory();
    }

    private static GuestConfiguration configuration(Path scratch) {
        return GuestConfiguration.of("t", Path.of("k"), Path.of("i")).withScratch(scratch);
    }
}

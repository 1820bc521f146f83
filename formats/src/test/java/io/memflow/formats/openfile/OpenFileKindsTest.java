package io.memflow.formats.openfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.HandleInfo.Kind;
import org.junit.jupiter.api.Test;

class OpenFileKindsTest {
    @Test
    void tellsAFileByTheTypeInItsMode() {
        assertThat(OpenFileKinds.byMode(0100644)).isEqualTo(Kind.FILE);
        assertThat(OpenFileKinds.byMode(040755)).isEqualTo(Kind.DIRECTORY);
        assertThat(OpenFileKinds.byMode(010600)).isEqualTo(Kind.PIPE);
        assertThat(OpenFileKinds.byMode(0600)).isEqualTo(Kind.ANONYMOUS);
    }

    @Test
    void tellsAnAnonymousFileByItsName() {
        assertThat(OpenFileKinds.byAnonymousName("anon_inode:[timerfd]")).isEqualTo(Kind.TIMERFD);
        assertThat(OpenFileKinds.byAnonymousName("anon_inode:[io_uring]")).isEqualTo(Kind.ANONYMOUS);
    }
}

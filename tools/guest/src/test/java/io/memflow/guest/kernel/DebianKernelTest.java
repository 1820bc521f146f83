package io.memflow.guest.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianKernelTest {
    @TempDir
    Path folder;

    @Test
    void aFreshAnswerIsUsedWithoutAskingAnybody() throws Exception {
        Path image = folder.resolve("linux-image-9_1/boot/vmlinuz-9-cloud-amd64");
        Files.createDirectories(folder.resolve("linux-image-9_1/boot"));
        Files.writeString(image, "kernel");
        Files.writeString(folder.resolve("linux-image-cloud-amd64@sid.resolved"), "linux-image-9_1\n");
        List<String> progress = new ArrayList<>();

        GuestKernel kernel = DebianKernel.ofSuites("linux-image-cloud-amd64", List.of("sid"))
                .cachedIn(folder)
                .resolve(progress::add);

        assertThat(kernel.image()).isEqualTo(image);
        assertThat(progress).isEmpty();
    }
}

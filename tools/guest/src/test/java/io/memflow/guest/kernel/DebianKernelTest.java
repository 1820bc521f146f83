package io.memflow.guest.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.guest.architecture.GuestArchitecture;
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

    @Test
    void otherArchitecturesAndPartsAreAnswersOfTheirOwn() throws Exception {
        Path kernel = folder.resolve("linux-binary-9_1/usr/lib/modules/9-riscv64");
        Files.createDirectories(kernel);
        Files.writeString(kernel.resolve("vmlinuz"), "packed");
        Files.writeString(kernel.resolve("Image"), "kernel");
        Files.writeString(
                folder.resolve("linux-image-riscv64@sid@riscv64@without-modules.resolved"), "linux-binary-9_1\n");

        GuestKernel found = DebianKernel.ofSuites("linux-image-riscv64", List.of("sid"))
                .of(GuestArchitecture.RISCV64)
                .withoutModules()
                .cachedIn(folder)
                .resolve(line -> {});

        assertThat(found.image()).isEqualTo(kernel.resolve("Image"));
        assertThat(found.release()).isEqualTo("9-riscv64");
    }

    @Test
    void anotherArchitectureNeedsSuites() {
        DebianKernel own = DebianKernel.ofThisMachine("linux-image-arm64");
        assertThatThrownBy(() -> own.of(GuestArchitecture.ARM64)).isInstanceOf(IllegalStateException.class);
    }
}

package io.memflow.guest.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path folder;

    private final AtomicInteger unpackings = new AtomicInteger();

    @Test
    void aSecondCallUnpacksNothing() {
        KernelCache cache = new KernelCache(folder);
        cache.exclusively(() -> cache.store("meta", "linux-image-1_1", this::oldLayout));
        GuestKernel again = cache.exclusively(() -> cache.store("other", "linux-image-1_1", this::oldLayout));

        assertThat(unpackings).hasValue(1);
        assertThat(again.release()).isEqualTo("6.1.0-1-cloud-amd64");
        assertThat(again.packageVersion()).isEqualTo("linux-image-1_1");
        assertThat(again.moduleFolder()).endsWith(Path.of("lib", "modules", "6.1.0-1-cloud-amd64"));
    }

    @Test
    void aYoungAnswerIsFoundAndAnOldOneIsNot() throws IOException {
        KernelCache cache = new KernelCache(folder);
        cache.exclusively(() -> cache.store("meta", "linux-image-1_1", this::oldLayout));
        assertThat(cache.find("meta", WEEK)).isPresent();
        assertThat(cache.find("unknown", WEEK)).isEmpty();

        Files.setLastModifiedTime(
                folder.resolve("meta.resolved"), FileTime.from(Instant.now().minus(Duration.ofDays(8))));
        assertThat(cache.find("meta", WEEK)).isEmpty();
    }

    @Test
    void kernelsNobodyLeadsToAreRemoved() {
        KernelCache cache = new KernelCache(folder);
        cache.exclusively(() -> cache.store("meta", "linux-image-1_1", this::oldLayout));
        cache.exclusively(() -> cache.store("meta", "linux-image-2_1", this::newLayout));

        assertThat(folder.resolve("linux-image-1_1")).doesNotExist();
        assertThat(folder.resolve("linux-image-2_1")).exists();
    }

    @Test
    void findsTheKernelOfSplitPackages() {
        KernelCache cache = new KernelCache(folder);
        GuestKernel kernel = cache.exclusively(() -> cache.store("meta", "linux-binary-2_1", this::newLayout));

        assertThat(kernel.release()).isEqualTo("7.2.1-cloud-amd64");
        assertThat(kernel.image()).hasFileName("vmlinuz");
        assertThat(kernel.moduleFolder()).isEqualTo(kernel.image().resolveSibling(""));
    }

    @Test
    void aPackageWithoutKernelIsRefused() {
        KernelCache cache = new KernelCache(folder);
        assertThatThrownBy(() -> cache.exclusively(() -> cache.store("meta", "empty", (scratch, target) -> {})))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("no vmlinuz");
    }

    @Test
    void anUnpackingThatFailsLeavesNoKernelBehind() {
        KernelCache cache = new KernelCache(folder);
        assertThatThrownBy(() -> cache.exclusively(() -> cache.store("meta", "broken", (scratch, target) -> {
                    throw new KernelUnreachableException("404", null);
                })))
                .isInstanceOf(KernelUnreachableException.class);
        assertThat(folder.resolve("broken")).doesNotExist();
        assertThat(folder.resolve("meta.resolved")).doesNotExist();
    }

    private void oldLayout(Path scratch, Path target) throws IOException {
        unpackings.incrementAndGet();
        Files.createDirectories(target.resolve("boot"));
        Files.createDirectories(target.resolve("lib/modules/6.1.0-1-cloud-amd64"));
        Files.writeString(target.resolve("boot/vmlinuz-6.1.0-1-cloud-amd64"), "kernel");
    }

    private void newLayout(Path scratch, Path target) throws IOException {
        unpackings.incrementAndGet();
        Path modules = Files.createDirectories(target.resolve("usr/lib/modules/7.2.1-cloud-amd64"));
        Files.writeString(modules.resolve("vmlinuz"), "kernel");
    }
}

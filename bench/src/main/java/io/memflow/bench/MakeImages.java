package io.memflow.bench;

import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.host.HostProgram;
import io.memflow.guest.initramfs.Initramfs;
import io.memflow.guest.kernel.DebianKernel;
import io.memflow.guest.kernel.GuestKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Boots the guests that figures are measured on, and saves raw images of them. */
public final class MakeImages {
    static final String READY = "BENCH-READY";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /**
     * One image.
     *
     * @param name its file's name
     * @param memoryMiB size of the guest's memory
     * @param sleepers processes to start beyond the kernel's own
     */
    private record Image(String name, int memoryMiB, int sleepers) {}

    private static final List<Image> IMAGES =
            List.of(new Image("small.raw", 96, 10), new Image("large.raw", 1024, 320));

    private MakeImages() {}

    /**
     * Makes the images that are not there yet.
     *
     * @param arguments the folder to put them into
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        HostPackages.forDemo().ensure(System.err::println);
        GuestKernel kernel =
                DebianKernel.ofThisMachine("linux-image-cloud-amd64").resolve(System.err::println);
        for (Image image : IMAGES) {
            Path file = folder.resolve(image.name);
            if (!Files.exists(file)) {
                System.err.printf("booting Linux %s with %d MiB%n", kernel.release(), image.memoryMiB);
                make(image, kernel, file);
            }
        }
    }

    private static void make(Image image, GuestKernel kernel, Path file) throws IOException {
        Path initramfs = Files.createTempFile("memflow-bench-", ".cpio.gz");
        try {
            initramfs(image.sleepers).write(initramfs);
            GuestConfiguration configuration = GuestConfiguration.of("memflow-bench", kernel.image(), initramfs)
                    .withMemoryMiB(image.memoryMiB);
            try (Guest guest = Guest.boot(configuration)) {
                guest.await(READY, LIMIT);
                guest.pause();
                guest.saveRaw(file);
            }
        } finally {
            Files.delete(initramfs);
        }
    }

    /** An initramfs whose init starts so many processes, and then says {@link #READY}. */
    static Initramfs initramfs(int sleepers) {
        String init = """
                #!/bin/sh
                /bin/busybox --install -s /bin
                mkdir -p /proc /dev
                mount -t proc proc /proc
                mount -t devtmpfs devtmpfs /dev
                i=0
                while [ $i -lt %1$d ]; do
                    NUMBER=$i sleep 86400 "$i" &
                    i=$((i + 1))
                done
                until [ "$(pidof sleep | wc -w)" -eq %1$d ]; do :; done
                echo %2$s
                while :; do sleep 86400; done
                """.formatted(sleepers, READY);
        return new Initramfs()
                .copy("/bin/busybox", HostProgram.BUSYBOX.require(), Initramfs.EXECUTABLE)
                .link("/bin/sh", "busybox")
                .text("/init", init, Initramfs.EXECUTABLE);
    }
}

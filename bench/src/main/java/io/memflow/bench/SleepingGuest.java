package io.memflow.bench;

import io.memflow.guest.Guest;
import io.memflow.guest.GuestConfiguration;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.kernel.DebianKernel;
import io.memflow.guest.kernel.GuestKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A guest of 512 MiB in a shared file that runs, with 320 processes beside the kernel's own. */
public final class SleepingGuest implements AutoCloseable {
    private static final int MEMORY_MIB = 512;
    private static final int SLEEPERS = 320;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Guest guest;
    private final Path initramfs;

    private SleepingGuest(Guest guest, Path initramfs) {
        this.guest = guest;
        this.initramfs = initramfs;
    }

    /** Installs what is missing, boots it and waits until all its processes are there. */
    public static SleepingGuest boot() throws IOException {
        HostPackages.forDemo().ensure(System.err::println);
        GuestKernel kernel =
                DebianKernel.ofThisMachine("linux-image-cloud-amd64").resolve(System.err::println);
        Path initramfs = Files.createTempFile("memflow-bench-", ".cpio.gz");
        MakeImages.initramfs(SLEEPERS).write(initramfs);
        Guest guest = Guest.boot(GuestConfiguration.of("memflow-bench-live", kernel.image(), initramfs)
                .withMemoryMiB(MEMORY_MIB));
        SleepingGuest sleeping = new SleepingGuest(guest, initramfs);
        try {
            guest.await(MakeImages.READY, LIMIT);
            return sleeping;
        } catch (RuntimeException failed) {
            sleeping.close();
            throw failed;
        }
    }

    public Guest guest() {
        return guest;
    }

    @Override
    public void close() throws IOException {
        guest.close();
        Files.delete(initramfs);
    }
}

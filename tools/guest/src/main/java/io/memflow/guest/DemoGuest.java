package io.memflow.guest;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.host.HostPackages;
import io.memflow.guest.host.HostProgram;
import io.memflow.guest.initramfs.Initramfs;
import io.memflow.guest.kernel.DebianKernel;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelModules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * The guest of {@code memflow demo}: a stock Debian kernel with a handful of processes, one of which holds a secret made
 * up for this boot. Thread-safe.
 */
public final class DemoGuest implements AutoCloseable {
    /** The meta package of Debian's kernel for virtual machines, which boots fastest. */
    private static final String KERNEL_PACKAGE = "linux-image-cloud-amd64";

    private static final String READY = "DEMO-READY";
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(1);

    /** Small modules that every Debian cloud kernel has and that need no other. */
    private static final List<String> MODULES = List.of("dummy", "loop", "veth");

    private static final int SECRET_BYTES = 8;

    /** Scripts of the guest, kept as resources beside this class. */
    private static final List<String> SCRIPTS = List.of("vault-keeper", "night-clerk");

    private static final int CLERK_UID = 1000;

    private final Guest guest;
    private final GuestKernel kernel;
    private final List<PlantedProcess> planted;
    private final List<String> modules;
    private final Duration bootTime;

    private DemoGuest(
            Guest guest, GuestKernel kernel, List<PlantedProcess> planted, List<String> modules, Duration bootTime) {
        this.guest = guest;
        this.kernel = kernel;
        this.planted = planted;
        this.modules = modules;
        this.bootTime = bootTime;
    }

    /**
     * Installs what is missing, gets the newest Debian cloud kernel of this machine's own suites, boots it and waits
     * until all its processes run.
     *
     * @param progress receives one line before each step that takes long
     * @throws MemflowException when something is missing and cannot be had, or the guest does not come up
     */
    public static DemoGuest boot(Consumer<String> progress) {
        HostPackages.forDemo().ensure(progress);
        GuestKernel kernel = DebianKernel.ofThisMachine(KERNEL_PACKAGE).resolve(progress);
        return boot(kernel, progress);
    }

    /** As {@link #boot(Consumer)}, with a kernel that is there already. */
    public static DemoGuest boot(GuestKernel kernel, Consumer<String> progress) {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = "memflow-" + HexFormat.of().formatHex(random);
        Initramfs initramfs = initramfs(secret);
        List<String> modules = KernelModules.add(initramfs, kernel, MODULES);
        progress.accept("booting Linux " + kernel.release());
        long start = System.nanoTime();
        Guest guest = start(kernel, initramfs);
        try {
            guest.await(READY, BOOT_LIMIT);
        } catch (MemflowException e) {
            guest.close();
            throw e;
        }
        Duration bootTime = Duration.ofNanos(System.nanoTime() - start);
        return new DemoGuest(guest, kernel, planted(secret), modules, bootTime);
    }

    public Guest guest() {
        return guest;
    }

    public GuestKernel kernel() {
        return kernel;
    }

    /** The processes to be found, the one with the secret first. */
    public List<PlantedProcess> planted() {
        return planted;
    }

    /** The kernel modules to be found. */
    public List<String> modules() {
        return modules;
    }

    /** From the start of QEMU until all processes ran. */
    public Duration bootTime() {
        return bootTime;
    }

    @Override
    public void close() {
        guest.close();
    }

    private static Guest start(GuestKernel kernel, Initramfs initramfs) {
        try {
            Path file = Files.createTempFile("memflow-demo-", ".cpio.gz");
            try {
                initramfs.write(file);
                return Guest.boot(GuestConfiguration.of("memflow-demo", kernel.image(), file));
            } finally {
                // QEMU has read it by now: its monitor answers only once the machine is built.
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_WRITE_FILE,
                    "The demo guest's files could not be written: " + e.getMessage(),
                    e);
        }
    }

    private static Initramfs initramfs(String secret) {
        Initramfs initramfs = new Initramfs()
                .copy("/bin/busybox", HostProgram.BUSYBOX.require(), Initramfs.EXECUTABLE)
                .link("/bin/sh", "busybox")
                .text("/init", resource("init"), Initramfs.EXECUTABLE)
                .text(
                        "/etc/passwd",
                        "root::0:0::/:/bin/sh\nclerk::%1$d:%1$d::/:/bin/sh\n".formatted(CLERK_UID),
                        Initramfs.PLAIN)
                .text("/etc/group", "root::0:\nclerk::%d:\n".formatted(CLERK_UID), Initramfs.PLAIN)
                .text("/srv/secret", secret, 0600);
        for (String script : SCRIPTS) {
            initramfs.text("/srv/" + script, resource(script), Initramfs.EXECUTABLE);
        }
        return initramfs;
    }

    /** What {@code init} starts; a script's command line begins with its interpreter. */
    private static List<PlantedProcess> planted(String secret) {
        return List.of(
                new PlantedProcess(
                        "vault-keeper",
                        0,
                        List.of("/bin/sh", "/srv/vault-keeper", "--door", "north"),
                        List.of("VAULT_SECRET=" + secret)),
                new PlantedProcess("night-clerk", CLERK_UID, List.of("/bin/sh", "/srv/night-clerk"), List.of()),
                new PlantedProcess("sleep", 0, List.of("/bin/sleep", "86400"), List.of()));
    }

    private static String resource(String name) {
        try (InputStream in = DemoGuest.class.getResourceAsStream("demo/" + name)) {
            if (in == null) {
                throw new IOException("it is not in the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "The demo guest's script %s could not be read: %s".formatted(name, e.getMessage()),
                    e);
        }
    }
}

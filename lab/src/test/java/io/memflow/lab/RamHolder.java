package io.memflow.lab;

import io.memflow.guest.architecture.GuestArchitecture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process of this machine that holds the RAM of a saved guest. It ends with {@link #close}, and with this JVM. */
final class RamHolder implements AutoCloseable {
    private final Process process;
    private final String answer;

    private RamHolder(Process process, String answer) {
        this.process = process;
        this.answer = answer;
    }

    /** Starts one and waits until it has the RAM, or has said why it cannot. */
    static RamHolder start(String way, Path image) throws IOException {
        Process process = new ProcessBuilder(
                        Workload.compiled("holder", GuestArchitecture.X86_64).toString(), way, image.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new RamHolder(process, String.valueOf(output.readLine()));
    }

    boolean isReady() {
        return answer.equals("HOLDER-READY");
    }

    /** What it said. */
    String answer() {
        return answer;
    }

    long pid() {
        return process.pid();
    }

    /**
     * Makes a process file system in which this process has a machine of KVM: all is that of the kernel but the descriptors.
     *
     * @param root an empty folder
     */
    void showWithMachine(Path root) throws IOException {
        Path real = Path.of("/proc", Long.toString(pid()));
        Path shown = Files.createDirectories(root.resolve(Long.toString(pid())));
        for (String name : List.of("stat", "maps", "cmdline", "pagemap", "map_files")) {
            Files.createSymbolicLink(shown.resolve(name), real.resolve(name));
        }
        Files.createSymbolicLink(shown.resolve("exe"), Files.readSymbolicLink(real.resolve("exe")));
        Path descriptors = Files.createDirectories(shown.resolve("fd"));
        Files.createSymbolicLink(descriptors.resolve("5"), Path.of("/dev/kvm"));
        Files.createSymbolicLink(descriptors.resolve("6"), Path.of("anon_inode:kvm-vm"));
        Files.createSymbolicLink(descriptors.resolve("7"), Path.of("anon_inode:kvm-vcpu:0"));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}

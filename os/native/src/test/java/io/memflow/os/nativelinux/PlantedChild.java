package io.memflow.os.nativelinux;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A process that a test starts with known facts: arguments, environment, directory, an open file, a listening socket, planted
 * memory. It ends when its input does.
 */
final class PlantedChild implements AutoCloseable {
    static final String VARIABLE = "MEMFLOW_PLANTED";
    static final String VALUE = "a value = with signs, ümlaut";
    static final int PAGE = 4096;
    static final int PLANTED_PAGES = 4096;

    private final Process process;
    private final Map<String, Long> facts = new HashMap<>();

    private PlantedChild(Process process) throws IOException {
        this.process = process;
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null && !line.equals("ready"); line = out.readLine()) {
            String[] words = line.split(" ", -1);
            facts.put(words[0], Long.parseLong(words[1]));
        }
        if (!facts.containsKey("memory")) {
            throw new IOException("the child ended before it was ready; see the errors above");
        }
    }

    /** Starts one in a directory, which gets a file. */
    static PlantedChild start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                testClasses(),
                PlantedChild.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(directory.toFile());
        builder.environment().put(VARIABLE, VALUE);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new PlantedChild(builder.start());
    }

    /** Where the build puts the classes of this module's tests. */
    static String testClasses() {
        return new File(System.getProperty("basedir", "."), "target/test-classes").getAbsolutePath();
    }

    int pid() {
        return Math.toIntExact(process.pid());
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** One of {@code memory}, {@code file}, {@code port}. */
    long fact(String name) {
        return Objects.requireNonNull(facts.get(name));
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** The byte that stands at an offset of the planted memory. */
    static byte pattern(long offset) {
        return (byte) (offset * 31 ^ offset >>> 12);
    }

    public static void main(String[] words) throws IOException {
        MemorySegment memory = Arena.global().allocate((long) PLANTED_PAGES * PAGE, PAGE);
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, pattern(i));
        }
        FileChannel file = FileChannel.open(
                Path.of("planted file"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        file.write(ByteBuffer.wrap(new byte[3 * PAGE]));
        // Of three mapped pages the last is behind the file's end.
        MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, 3 * PAGE, Arena.global());
        file.truncate(2 * PAGE);
        file.position(7);
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        System.out.println("memory " + memory.address());
        System.out.println("file " + mapped.address());
        System.out.println("port " + socket.getLocalPort());
        System.out.println("ready");
        // Until whoever started this ends or wants it to end.
        int read = System.in.read();
        while (read >= 0) {
            read = System.in.read();
        }
    }
}

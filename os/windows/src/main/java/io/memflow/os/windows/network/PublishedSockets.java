package io.memflow.os.windows.network;

import io.memflow.os.windows.network.SocketLayout.AddressForm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All published layouts of sockets; the file beside this class says what its lines mean and where they come from. Stateless.
 */
public final class PublishedSockets {
    private static final String FILE = "sockets.txt";
    private static final String LAYOUT = "layout";
    private static final String SHARED = "shared";
    private static final int HEXADECIMAL = 16;

    private PublishedSockets() {}

    /**
     * The layouts of one version of {@code tcpip.sys}.
     *
     * @param architecture {@code x86} or {@code x64}
     * @param builds of Windows that it is of
     * @param kinds one for each kind of object
     */
    public record Version(String architecture, List<Integer> builds, Map<SocketKind, SocketLayout> kinds) {
        public Version {
            builds = List.copyOf(builds);
            kinds = Map.copyOf(kinds);
        }

        /** The layout of one kind. */
        public SocketLayout layout(SocketKind kind) {
            return Objects.requireNonNull(kinds.get(kind));
        }
    }

    private static final class Holder {
        static final List<Version> ALL = read();
    }

    /** All of them, in the order of the file. */
    public static List<Version> all() {
        return Holder.ALL;
    }

    /** The versions that a build can have; none where none is published. */
    public static List<Version> of(String architecture, int build) {
        return all().stream()
                .filter(version -> version.architecture.equals(architecture) && version.builds.contains(build))
                .toList();
    }

    private static List<Version> read() {
        List<Version> versions = new ArrayList<>();
        String header = "";
        Map<String, Integer> shared = Map.of();
        Map<SocketKind, SocketLayout> kinds = new EnumMap<>(SocketKind.class);
        for (String line : text().split("\n", -1)) {
            String word = line.substring(0, Math.max(0, line.indexOf(' ')));
            if (word.equals(LAYOUT)) {
                if (!header.isEmpty()) {
                    versions.add(version(header, kinds));
                }
                header = line;
                kinds.clear();
            } else if (word.equals(SHARED)) {
                shared = numbers(line);
            } else {
                for (SocketKind kind : SocketKind.values()) {
                    if (kind.word().equals(word)) {
                        kinds.put(kind, layout(kind, numbers(line), shared));
                    }
                }
            }
        }
        versions.add(version(header, kinds));
        return List.copyOf(versions);
    }

    private static Version version(String header, Map<SocketKind, SocketLayout> kinds) {
        String[] words = header.split(" ", -1);
        List<Integer> builds =
                Arrays.stream(words).skip(2).map(Integer::parseInt).toList();
        return new Version(words[1], builds, kinds);
    }

    private static SocketLayout layout(SocketKind kind, Map<String, Integer> own, Map<String, Integer> shared) {
        AddressForm form = own.containsKey("pair")
                ? AddressForm.PAIR
                : own.containsKey("direct") ? AddressForm.DIRECT : AddressForm.LOCAL;
        String address = switch (form) {
            case PAIR -> "pair";
            case LOCAL -> "address";
            case DIRECT -> "direct";
        };
        return new SocketLayout(
                kind,
                form,
                place(own, "family"),
                place(shared, "family"),
                place(own, "owner"),
                own.getOrDefault("created", SocketLayout.NONE),
                place(own, address),
                place(shared, "data"),
                place(shared, "remote"),
                form == AddressForm.PAIR ? place(own, "state") : SocketLayout.NONE,
                place(own, form == AddressForm.PAIR ? "local" : "port"),
                form == AddressForm.PAIR ? place(own, "remote") : SocketLayout.NONE);
    }

    private static int place(Map<String, Integer> numbers, String name) {
        return Objects.requireNonNull(numbers.get(name), name);
    }

    private static Map<String, Integer> numbers(String line) {
        Map<String, Integer> numbers = new HashMap<>();
        for (String word : line.split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                numbers.put(word.substring(0, equals), Integer.parseInt(word.substring(equals + 1), HEXADECIMAL));
            }
        }
        return numbers;
    }

    private static String text() {
        try (InputStream file = PublishedSockets.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("The table of published sockets is not in this module's jar.");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The table of published sockets cannot be read.", unreadable);
        }
    }
}

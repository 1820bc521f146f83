package io.memflow.os.windows.structure;

import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All builds whose structures are published; the file beside this class says what its lines mean. Stateless.
 */
public final class PublishedKernels {
    private static final String FILE = "kernels.txt";
    private static final String KERNEL = "kernel ";
    private static final int HEXADECIMAL = 16;

    private PublishedKernels() {}

    private static final class Holder {
        static final List<PublishedKernel> ALL = read();
    }

    /** All of them, in the order of the file: by architecture, oldest first. */
    public static List<PublishedKernel> all() {
        return Holder.ALL;
    }

    private static List<PublishedKernel> read() {
        List<PublishedKernel> kernels = new ArrayList<>();
        String header = "";
        Map<String, PublishedStructure> structures = new HashMap<>();
        for (String line : TableFile.lines(FILE)) {
            if (line.startsWith(KERNEL)) {
                if (!header.isEmpty()) {
                    kernels.add(kernel(header, structures));
                }
                header = line;
                structures.clear();
            } else if (line.startsWith("_")) {
                String[] words = line.split(" ", -1);
                structures.put(words[0], structure(words));
            }
        }
        kernels.add(kernel(header, structures));
        return List.copyOf(kernels);
    }

    private static PublishedKernel kernel(String header, Map<String, PublishedStructure> structures) {
        String[] words = header.split(" ", 4);
        return new PublishedKernel(words[1], Integer.parseInt(words[2]), words[3], structures);
    }

    private static PublishedStructure structure(String[] words) {
        Map<String, Integer> offsets = new HashMap<>();
        for (int word = 2; word < words.length; word++) {
            int equals = words[word].indexOf('=');
            offsets.put(
                    words[word].substring(0, equals), Integer.parseInt(words[word].substring(equals + 1), HEXADECIMAL));
        }
        return new PublishedStructure(Integer.parseInt(words[1], HEXADECIMAL), offsets);
    }
}

package io.memflow.os.windows.page;

import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.PluginArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The page files that the user gave. Immutable. */
public record PageFiles(List<PageFile> files) {
    public static final PageFiles NONE = new PageFiles(List.of());

    /** Windows can have 16 ({@code MAX_PAGE_FILES}); more than a few are not seen. */
    private static final int MOST = 4;

    private static final String ARGUMENT = "pagefile";

    public PageFiles {
        files = List.copyOf(files);
    }

    private static String argument(int number) {
        return number == 0 ? ARGUMENT : ARGUMENT + number;
    }

    /** What arguments name page files. */
    public static List<ArgumentDescription> arguments() {
        return IntStream.range(0, MOST)
                .mapToObj(number -> new ArgumentDescription(
                        argument(number),
                        number == 0
                                ? "copy of the machine's first page file (pagefile.sys), for pages that are not in memory"
                                : "copy of page file number %d%s"
                                        .formatted(
                                                number, number == 1 ? ", swapfile.sys as a rule since Windows 8" : "")))
                .toList();
    }

    /**
     * Opens those that arguments name.
     *
     * @throws io.memflow.core.error.MemflowException when one cannot be opened
     */
    public static PageFiles open(PluginArguments arguments) {
        List<PageFile> files = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            int number = i;
            arguments
                    .value(argument(number))
                    .map(path -> PageFile.open(number, argument(number), path))
                    .ifPresent(files::add);
        }
        return new PageFiles(files);
    }

    Optional<PageFile> numbered(int number) {
        return files.stream().filter(file -> file.number() == number).findFirst();
    }
}

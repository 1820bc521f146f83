package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the image of a large synthetic machine, for {@code bench/windows}. */
public final class MakeImage {
    private static final int BUILD = 19041;
    private static final long RAM = 4L << 30;
    private static final int PROCESSES = 300;
    private static final int MODULES = 150;

    private MakeImage() {}

    /**
     * Makes it, unless it is there.
     *
     * @param arguments the image
     */
    public static void main(String[] arguments) throws IOException {
        Path image = Path.of(arguments[0]);
        if (Files.exists(image)) {
            return;
        }
        Path unfinished = image.resolveSibling(image.getFileName() + ".part");
        Files.deleteIfExists(unfinished);
        PublishedKernel row = PublishedKernels.all().stream()
                .filter(kernel ->
                        kernel.build() == BUILD && kernel.architecture().equals(WindowsArchitecture.X64.table()))
                .findFirst()
                .orElseThrow();
        SyntheticWindows.builder(row, WindowsArchitecture.X64, 1)
                .ram(RAM)
                .processes(PROCESSES)
                .modules(MODULES)
                .build(unfinished)
                .close();
        Files.move(unfinished, image);
    }
}

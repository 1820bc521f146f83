package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.translate.PageTableWalk;
import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The room that hostile tables may cost is a whole JVM's heap, so a JVM is started with no more than that. */
class HostileBudgetTest {
    private static final String HEAP = "-Xmx64m";
    /** Less than the default budget, which takes seconds for each of some two hundred pictures. */
    private static final String ENTRIES = Long.toString(1L << 19);

    @Test
    void everyFormatEndsInTheHeapAndSaysHow() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        folderOf(HostileBudget.class) + File.pathSeparator + folderOf(PageTableWalk.class),
                        HostileBudget.class.getName(),
                        ENTRIES)
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(said).isZero();
        List<String> lines = said.lines().toList();
        int formats = Architecture.all().stream()
                .mapToInt(architecture -> architecture.formats().size())
                .sum();
        // Five shapes, mapped and fetched.
        assertThat(lines).hasSize(formats * 5 * 2).allMatch(line -> line.contains(" walk "));
        assertThat(lines).as("tables that lead to themselves").anyMatch(line -> line.contains("OUT_OF_BUDGET"));
    }

    /** The folder or archive that a class was loaded from. */
    private static String folderOf(Class<?> type) throws URISyntaxException {
        String name = type.getName().replace('.', '/') + ".class";
        String where = type.getResource(type.getSimpleName() + ".class").toString();
        String folder = where.substring(0, where.length() - name.length());
        String file = folder.startsWith("jar:") ? folder.substring("jar:".length(), folder.indexOf('!')) : folder;
        return Path.of(new URI(file)).toString();
    }
}

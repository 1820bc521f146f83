package io.memflow.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/io/memflow/lab/"))
            // The contracts of core that tests elsewhere inherit are tests, in a jar of their own.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.memflow");

    /** A house with one fault of each kind. */
    private static final JavaClasses WRONG =
            new ClassFileImporter().importPackages("io.memflow.lab.architecture.wrong");

    static List<ArchRule> rules() {
        return new House("io.memflow").rules();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void houseKeepsTheRule(ArchRule rule) {
        rule.check(HOUSE);
    }

    @Test
    void looksAtEveryModule() {
        assertThat(HOUSE)
                .extracting(type -> type.getPackageName())
                .contains(
                        "io.memflow.core.memory",
                        "io.memflow.formats.btf",
                        "io.memflow.host.process",
                        "io.memflow.host.transfer",
                        "io.memflow.connector.dump",
                        "io.memflow.connector.dummy",
                        "io.memflow.connector.qemu",
                        "io.memflow.connector.kvm",
                        "io.memflow.os.linux",
                        "io.memflow.os.dummy",
                        "io.memflow.os.nativelinux",
                        "io.memflow.os.minidump",
                        "io.memflow.guest",
                        "io.memflow.cli");
    }

    @ParameterizedTest
    @CsvSource({
        "core uses only itself, core.memory.PointsUp, formats.Parser",
        "formats uses only core, formats.Parser, connector.one.Source",
        "connector uses only core and formats and host, connector.one.Source, os.linux.Layer",
        "core depends on the JDK only, core.memory.PointsUp, formats.Parser",
        "connector, connector.two, connector.one",
        "packages are named, cli.util.Words, cli.util",
        "packages in core have no cycles, core.memory, core"
    })
    void wrongHouseBreaksTheRule(String rule, String from, String to) {
        List<String> broken = new House("io.memflow.lab.architecture.wrong")
                .rules().stream()
                        .filter(one -> one.getDescription().contains(rule))
                        .map(one -> one.evaluate(WRONG))
                        .filter(result -> result.hasViolation())
                        .map(result -> result.getFailureReport().toString())
                        .toList();
        assertThat(broken).isNotEmpty().anyMatch(report -> report.contains(from) && report.contains(to));
    }

    @Test
    void modulesRequireOnlyWhatIsBelow() {
        Path[] places = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(place -> place.toString().contains("memflow") || place.endsWith("classes"))
                .filter(place -> !place.toString().endsWith("-tests.jar"))
                .toArray(Path[]::new);
        List<ModuleDescriptor> modules = ModuleFinder.of(places).findAll().stream()
                .map(ModuleReference::descriptor)
                .filter(module -> module.name().startsWith("io.memflow."))
                .toList();
        assertThat(modules).extracting(ModuleDescriptor::name).contains("io.memflow.core", "io.memflow.cli");
        for (ModuleDescriptor module : modules) {
            assertThat(module.requires())
                    .extracting(ModuleDescriptor.Requires::name)
                    .as(module.name())
                    .allMatch(required -> isBelow(required, module.name()));
        }
    }

    private static boolean isBelow(String required, String module) {
        if (required.startsWith("java.") || required.startsWith("jdk.") || required.equals("org.jspecify")) {
            return true;
        }
        if (!required.startsWith("io.memflow.")) {
            return !module.equals("io.memflow.core");
        }
        return rung(required) < rung(module);
    }

    /** How far up the ladder a module stands. */
    private static int rung(String module) {
        return switch (module.split("\\.", -1)[2]) {
            case "core" -> 0;
            case "formats", "host" -> 1;
            case "connector", "os" -> 2;
            case "guest" -> 3;
            default -> 4;
        };
    }
}

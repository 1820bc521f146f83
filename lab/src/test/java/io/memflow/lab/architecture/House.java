package io.memflow.lab.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rules of the house, for classes whose packages start with some root. Each rung knows only those below it:
 *
 * <pre>
 * tools (cli, guest)
 *   os.NAME   connector.NAME
 *     formats   host
 *       core
 * </pre>
 *
 * <p>Immutable.
 *
 * @param root package all rooms are in, such as {@code io.memflow}
 */
record House(String root) {
    /** Names that say nothing about what is inside. */
    private static final String[] EMPTY_NAMES = {"util", "utils", "common", "misc", "impl", "manager", "helper"};

    /** Rooms at the root; a new tool is added here. */
    private static final List<String> TOOLS = List.of("cli", "guest");

    List<ArchRule> rules() {
        List<ArchRule> rules = new ArrayList<>(List.of(
                everyClassHasARoom(),
                mayUse("core", List.of()),
                mayUse("formats", List.of("core")),
                mayUse("host", List.of("core")),
                mayUse("connector", List.of("core", "formats", "host")),
                mayUse("os", List.of("core", "formats", "host")),
                mayUse("guest", List.of("core", "connector")),
                coreUsesTheJdkOnly(),
                rowsDoNotKnowEachOther("connector"),
                rowsDoNotKnowEachOther("os"),
                packagesAreNamed()));
        rules.addAll(packagesHaveNoCycles());
        return rules;
    }

    private ArchRule everyClassHasARoom() {
        List<String> rooms =
                new ArrayList<>(List.of(in("core"), in("formats"), in("host"), in("connector.*"), in("os.*")));
        TOOLS.forEach(tool -> rooms.add(in(tool)));
        return classes().should().resideInAnyPackage(rooms.toArray(String[]::new));
    }

    /** A room may use itself and those given, of all that is in the house. */
    private ArchRule mayUse(String room, List<String> below) {
        DescribedPredicate<JavaClass> ours = JavaClass.Predicates.resideInAPackage(root + "..");
        DescribedPredicate<JavaClass> allowed = JavaClass.Predicates.resideInAPackage(in(room));
        for (String lower : below) {
            allowed = allowed.or(JavaClass.Predicates.resideInAPackage(in(lower)));
        }
        return noClasses()
                .that()
                .resideInAPackage(in(room))
                .should()
                .dependOnClassesThat(ours.and(DescribedPredicate.not(allowed)))
                .as(room + " uses only " + (below.isEmpty() ? "itself" : String.join(" and ", below)))
                .allowEmptyShould(true);
    }

    private ArchRule coreUsesTheJdkOnly() {
        return classes()
                .that()
                .resideInAPackage(in("core"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(in("core"), "java..", "javax..", "jdk..", "org.jspecify.annotations")
                .as("core depends on the JDK only");
    }

    /** Connectors know no other connector, OS layers no other OS layer. */
    private ArchRule rowsDoNotKnowEachOther(String row) {
        return slices().matching(root + "." + row + ".(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true);
    }

    private ArchRule packagesAreNamed() {
        String[] empty =
                Arrays.stream(EMPTY_NAMES).map(name -> "..%s..".formatted(name)).toArray(String[]::new);
        return noClasses().should().resideInAnyPackage(empty).as("packages are named for what is inside");
    }

    private List<ArchRule> packagesHaveNoCycles() {
        List<String> modules = new ArrayList<>(List.of("core", "formats", "host", "connector", "os"));
        modules.addAll(TOOLS);
        return modules.stream()
                .<ArchRule>map(module -> slices().assignedFrom(new Packages(root + "." + module))
                        .should()
                        .beFreeOfCycles()
                        .as("packages in " + module + " have no cycles")
                        .allowEmptyShould(true))
                .toList();
    }

    /**
     * Each package below a module is a slice of its own.
     *
     * @param module the module's package
     */
    private record Packages(String module) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            boolean inside = name.equals(module) || name.startsWith(module + ".");
            return inside ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of " + module;
        }
    }

    private String in(String room) {
        return root + "." + room + "..";
    }
}

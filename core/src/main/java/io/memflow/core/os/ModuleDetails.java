package io.memflow.core.os;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a module beyond where it is. A field that does not apply or could not be read is null, a list empty;
 * {@link #provenance()} names what could not be read.
 *
 * @param name the module, as {@link ModuleInfo#name()} has it
 * @param base its first address
 * @param identity what tells its build from others, in hexadecimal: an ELF build id, or GUID and age of its symbols
 * @param ownName the name the image gives itself: an ELF soname, or the name in a PE export directory
 * @param machine the instruction set it is for, such as {@code x86-64}
 * @param entry virtual address it is started at
 * @param interpreter the program loader it asks for
 * @param needs modules it asks for, as it names them
 * @param users modules that were loaded on top of it
 * @param state where it is in its life
 * @param references how often it is in use
 * @param taint letters for what the system holds against it
 * @param version the version its maker gave it
 * @param sourceVersion a hash of its source
 * @param parameters its settings as they are now, {@code name=value}, or the name alone where the form of its value is not
 *     known
 * @param parts the memory it has, piece by piece
 */
public record ModuleDetails(
        String name,
        @Nullable Long base,
        @Nullable String identity,
        @Nullable String ownName,
        @Nullable String machine,
        @Nullable Long entry,
        @Nullable String interpreter,
        List<String> needs,
        List<String> users,
        @Nullable State state,
        @Nullable Long references,
        @Nullable String taint,
        @Nullable String version,
        @Nullable String sourceVersion,
        List<String> parameters,
        List<ModulePart> parts,
        Provenance provenance)
        implements Row {
    public ModuleDetails {
        needs = List.copyOf(needs);
        users = List.copyOf(users);
        parameters = List.copyOf(parameters);
        parts = List.copyOf(parts);
    }

    /** Details of a module of which nothing but its identity is known, and perhaps not even that. */
    public static ModuleDetails ofIdentity(
            String name, @Nullable Long base, @Nullable String identity, Provenance provenance) {
        return new ModuleDetails(
                name,
                base,
                identity,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                provenance);
    }

    /** Where a module is in its life. */
    public enum State {
        LIVE,
        /** Its start function has not returned. */
        COMING,
        /** It is being taken out. */
        GOING
    }
}

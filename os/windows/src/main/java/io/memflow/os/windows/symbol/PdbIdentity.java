package io.memflow.os.windows.symbol;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.SymbolFileId;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which program database an image wants, in words that may become part of a path or an address. Immutable.
 *
 * @param name of the file, without a folder
 * @param guid in upper-case hexadecimal with dashes
 * @param age how often the file was written since it has that GUID
 */
public record PdbIdentity(String name, String guid, long age) {
    /** Kernels' are called {@code ntoskrnl.pdb}, {@code ntkrnlmp.pdb}, {@code ntkrnlpa.pdb}, {@code ntkrpamp.pdb}, {@code ntkrla57.pdb}. */
    private static final int LONGEST_NAME = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]*\\.[Pp][Dd][Bb]");
    /** Windows opens a device in place of a file of that name, whatever its ending (Naming Files, Paths, and Namespaces). */
    private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])\\..*");

    private static final Pattern GUID = Pattern.compile("[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}");

    /**
     * Checks them.
     *
     * @throws MalformedDataException when the name is none that a symbol file would have, or the others are none of their kind
     */
    public PdbIdentity {
        boolean isName = name.length() <= LONGEST_NAME
                && NAME.matcher(name).matches()
                && !DEVICE.matcher(name.toLowerCase(Locale.ROOT)).matches();
        if (!isName) {
            throw new MalformedDataException(
                    "CodeView",
                    0,
                    "the image calls its symbol file \"%s\"%s, which is no plain name of a .pdb file"
                            .formatted(
                                    name.substring(0, Math.min(name.length(), LONGEST_NAME)),
                                    name.length() > LONGEST_NAME ? "..." : ""));
        }
        if (!GUID.matcher(guid).matches() || age < 0 || age > 0xFFFF_FFFFL) {
            throw new MalformedDataException("CodeView", 0, "%s, age %d is no identity".formatted(guid, age));
        }
    }

    /**
     * What an image says.
     *
     * @throws MalformedDataException when the name it gives is none that a symbol file would have
     */
    public static PdbIdentity of(PdbReference reference) {
        return new PdbIdentity(reference.fileName(), reference.guid(), reference.age());
    }

    /** The folder in which symbol stores keep it: the GUID's digits, then the age in hexadecimal. */
    public String key() {
        return SymbolFileId.storeKey(guid, age);
    }

    @Override
    public String toString() {
        return "%s of GUID %s, age %d".formatted(name, guid, age);
    }
}

package io.memflow.os.windows.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Kernels that are known by the GUID and age of their symbol files; the file beside this class says what its lines mean.
 * Stateless.
 */
public final class KernelIdentities {
    private static final String FILE = "identities.txt";
    private static final String UNKNOWN_AGE = "-";
    private static final String BEGINNING = "*";

    private KernelIdentities() {}

    /**
     * One of them.
     *
     * @param digits the GUID in upper-case hexadecimal without dashes, or its first digits
     * @param age as the image names it; -1 where only digits are known
     * @param architecture {@link WindowsArchitecture#table()}
     * @param label of the published kernel
     */
    public record Identity(String digits, long age, String architecture, String label) {
        /** Whether a kernel has that one's structures. */
        public boolean isOf(PublishedKernel kernel) {
            return kernel.architecture().equals(architecture) && kernel.label().equals(label);
        }

        /** A few digits alone could be chance; with the build number they are not. */
        boolean fits(String guid, long otherAge, PublishedKernel kernel, int build) {
            return age < 0
                    ? guid.startsWith(digits) && kernel.build() == build
                    : guid.equals(digits) && otherAge == age;
        }
    }

    private static final class Holder {
        static final List<Identity> ALL = read();
    }

    /**
     * The published kernel that has the structures of one with that symbol file.
     *
     * @param guid in upper-case hexadecimal with dashes
     * @param age as the image names it
     * @param build {@code NtBuildNumber} of the kernel, which may be another than that of the published one
     * @param published those it may be, all of the kernel's architecture
     */
    public static Optional<PublishedKernel> find(String guid, long age, int build, List<PublishedKernel> published) {
        String digits = guid.replace("-", "");
        return Holder.ALL.stream()
                .flatMap(identity -> published.stream()
                        .filter(kernel -> identity.isOf(kernel) && identity.fits(digits, age, kernel, build)))
                .findFirst();
    }

    /** All that are known. */
    public static List<Identity> all() {
        return Holder.ALL;
    }

    private static List<Identity> read() {
        List<Identity> identities = new ArrayList<>();
        for (String line : TableFile.lines(FILE)) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split(" ", 4);
            long age = words[1].equals(UNKNOWN_AGE) ? -1 : Long.parseLong(words[1]);
            identities.add(new Identity(words[0].replace(BEGINNING, ""), age, words[2], words[3]));
        }
        return List.copyOf(identities);
    }
}

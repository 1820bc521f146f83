package io.memflow.os.windows.offset;

/** By what a published kernel was chosen, the surest first. */
public enum Match {
    /** The GUID and age of its symbol file are the kernel's. */
    IDENTITY("by the GUID and age of its symbol file"),
    /** Its build number is the kernel's. */
    BUILD("by build number"),
    /** None has the kernel's number; it fits best. */
    NEAREST("the nearest of those published");

    private final String label;

    Match(String label) {
        this.label = label;
    }

    /** As findings name it. */
    public String label() {
        return label;
    }
}

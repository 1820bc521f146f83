package io.memflow.core.cache;

/** Where {@link TreeTranslations#find} puts what it found; reused by its owner. Confined. */
public final class CachedTranslation {
    long physical;
    long physicalUpper;
    int outcome;

    /** Nothing found yet. */
    public CachedTranslation() {}

    /** The physical address, its low 64 bits. */
    public long physical() {
        return physical;
    }

    /** Bits 64 to 127 of the physical address. */
    public long physicalUpper() {
        return physicalUpper;
    }

    /** What the translator said of the page when it was put in: its type, size and level, packed in its own way. */
    public int outcome() {
        return outcome;
    }
}

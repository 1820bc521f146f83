package io.memflow.os.linux.learn;

/**
 * How sure a learned offset is.
 *
 * @param basis how it was decided
 * @param agreed objects whose contents fit
 * @param disagreed objects whose contents do not fit, few enough to be objects in change or damage
 * @param rivals other offsets that fit as well; 0 for every offset that is used
 */
public record Evidence(Basis basis, int agreed, int disagreed, int rivals) {
    /** How an offset was decided. */
    public enum Basis {
        /** Its contents fit in all objects, and those of no other offset do. */
        CONTENTS,
        /** It is the neighbour, in the order the kernel's source declares, of one that was decided by contents. */
        NEIGHBOUR
    }

    Evidence asNeighbour() {
        return new Evidence(Basis.NEIGHBOUR, agreed, disagreed, rivals);
    }
}

package io.memflow.core.memory;

/** Which space an address belongs to. */
public enum AddressKind {
    PHYSICAL,
    VIRTUAL
}

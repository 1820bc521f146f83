package io.memflow.core.plugin;

/** What a connector makes of the part of a chain's step behind its name. */
public enum TargetUse {
    /** It names what to open, such as a file or a machine. */
    NAMED,
    /** There is nothing to name. Arguments may stand there: {@code name:key=value} is {@code name::key=value}. */
    NONE
}

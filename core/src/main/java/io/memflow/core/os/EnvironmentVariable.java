package io.memflow.core.os;

/** One variable of a process' environment as it was at start or as the process rewrote it in place. */
public record EnvironmentVariable(String name, String value) {}

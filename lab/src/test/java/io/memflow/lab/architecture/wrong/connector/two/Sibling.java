package io.memflow.lab.architecture.wrong.connector.two;

import io.memflow.lab.architecture.wrong.connector.one.Source;

/** A connector knows another. */
public record Sibling(Source source) {}

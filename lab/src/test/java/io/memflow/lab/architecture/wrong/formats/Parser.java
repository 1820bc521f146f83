package io.memflow.lab.architecture.wrong.formats;

import io.memflow.lab.architecture.wrong.connector.one.Source;

/** A parser knows a connector. */
public record Parser(Source source) {}

package io.memflow.lab.architecture.wrong.cli.util;

/** In a package whose name says nothing. */
public record Words(String text) {}

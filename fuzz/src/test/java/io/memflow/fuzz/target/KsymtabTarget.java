package io.memflow.fuzz.target;

import io.memflow.formats.ksymtab.Ksymtab;
import io.memflow.fuzz.FuzzTarget;

/** A kernel image with a table of exported symbols: the search for it, then all symbols. */
public final class KsymtabTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        InputImage image = InputImage.of(input);
        Ksymtab.find(image.bytes(), image.address(), image.pointerBytes()).ifPresent(TypeQuestions::ask);
    }
}

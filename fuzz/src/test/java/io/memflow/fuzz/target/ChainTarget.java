package io.memflow.fuzz.target;

import io.memflow.core.plugin.ChainParser;
import io.memflow.core.plugin.ChainStep;
import io.memflow.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;

/** The words of a chain, as typed or as a program was given them; each also as an address. */
public final class ChainTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        for (ChainStep.Kind kind : ChainStep.Kind.values()) {
            Attempts.allow(() -> {
                ChainStep step = ChainParser.parse(kind, text);
                Answers.take(step);
                step.arguments()
                        .values()
                        .keySet()
                        .forEach(key -> Attempts.allow(() -> step.arguments().address(key)));
            });
        }
    }
}

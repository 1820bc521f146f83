package io.memflow.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.fuzz.target.FaultyTargets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guard that lets everything pass would prove nothing: here each of its checks refuses. */
class GuardTest {
    private static final Limits GENEROUS = new Limits(1 << 30, 0, 1 << 30, 0);

    @Test
    void countsTheSameStepsForTheSameInput() {
        Guard guard = new Guard(Parser.BTF);
        byte[] seed = Corpus.read(Corpus.folder(Parser.BTF).resolve("structures"));
        guard.check(seed);
        long left = Steps.left();
        guard.check(seed);
        assertThat(Steps.left()).isEqualTo(left).isLessThan(Parser.BTF.limits().steps(seed.length) - 100);
    }

    @Test
    void refusesTooManySteps() {
        assertThatThrownBy(() -> run(FaultyTargets.Busy.class, new Limits(1 << 20, 0, 1000, 500)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("took more than 1500 steps");
    }

    @Test
    void refusesTooMuchHeap() {
        assertThatThrownBy(() -> run(FaultyTargets.Greedy.class, new Limits(1000, 24, 10_000, 0)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("bytes of heap, 1024 are allowed");
    }

    @ParameterizedTest
    @ValueSource(classes = {FaultyTargets.Overrunning.class, FaultyTargets.Recursing.class, FaultyTargets.Silent.class})
    void refusesUndocumentedAndSilentExceptions(Class<? extends FuzzTarget> faulty) {
        assertThatThrownBy(() -> run(faulty, GENEROUS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("exception");
    }

    @Test
    void takesDocumentedRefusals() {
        run(FaultyTargets.Refusing.class, new Limits(1 << 20, 0, 1000, 0));
    }

    private static void run(Class<? extends FuzzTarget> target, Limits limits) {
        new Guard(target.getName(), limits).check(new byte[1]);
    }
}

package io.memflow.core.symbol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.symbol.TypeShape.Enumerator;
import io.memflow.core.symbol.TypeShape.Integral.Encoding;
import io.memflow.core.symbol.TypeShape.Member;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TypedValueTest {
    private static final long TASK = 0x1000;
    private static final long SPACE = 0x2000;

    private final MemorySegment ram = MemorySegment.ofArray(new byte[0x4000]);
    private final Map<String, TypeShape> shapes = new HashMap<>();
    private final TypeTable types = new Types(shapes);

    private record Named(String name, Map<String, TypeShape> shapes) implements TypeReference {
        @Override
        public TypeShape shape() {
            return shapes.getOrDefault(name, new TypeShape.Opaque());
        }
    }

    private record Types(Map<String, TypeShape> shapes) implements TypeTable {
        @Override
        public OptionalLong size(String structure) {
            return OptionalLong.empty();
        }

        @Override
        public Optional<MemberLocation> member(String structure, String path) {
            return Optional.empty();
        }

        @Override
        public OptionalLong enumerator(String enumeration, String name) {
            return OptionalLong.empty();
        }

        @Override
        public Optional<TypeReference> reference(String name) {
            return shapes.containsKey(name) ? Optional.of(new Named(name, shapes)) : Optional.empty();
        }
    }

    private record Symbols() implements SymbolTable {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public OptionalLong address(String name) {
            return OptionalLong.empty();
        }

        @Override
        public Optional<Symbol> nearest(long address) {
            return Optional.of(new Symbol("init_mm", SPACE - 8, 'D', ""));
        }

        @Override
        public void forEach(Consumer<? super Symbol> consumer) {
            nearest(0).ifPresent(consumer);
        }
    }

    TypedValueTest() {
        shapes.put("u32", new TypeShape.Integral(4, Encoding.UNSIGNED));
        shapes.put("int", new TypeShape.Integral(4, Encoding.SIGNED));
        shapes.put("char", new TypeShape.Integral(1, Encoding.CHARACTER));
        shapes.put("char [8]", new TypeShape.Array(8, 8, type("char")));
        shapes.put("int [3]", new TypeShape.Array(12, 3, type("int")));
        shapes.put("mm *", new TypeShape.Pointer(8, type("mm")));
        shapes.put("void *", new TypeShape.Pointer(8, type("void")));
        shapes.put(
                "enum state",
                new TypeShape.Enumeration(4, List.of(new Enumerator("RUN", 0), new Enumerator("END", 2))));
        shapes.put("mm", structure(16, member("pgd", "u32", 0), member("more", "void *", 64)));
        shapes.put("union {...}", structure(4, member("state", "enum state", 0), member("raw", "int", 0)));
        shapes.put(
                "task",
                structure(
                        64,
                        member("pid", "int", 0),
                        new Member("flag", type("u32"), 35, 3),
                        member("comm", "char [8]", 64),
                        member("mm", "mm *", 128),
                        member("", "union {...}", 192),
                        member("times", "int [3]", 224),
                        member("own", "mm", 320)));
        ram.set(ScalarLayout.INT_LITTLE, TASK, -7);
        ram.set(ScalarLayout.INT_LITTLE, TASK + 4, 0b10_1000);
        MemorySegment.copy(MemorySegment.ofArray("init".getBytes(StandardCharsets.UTF_8)), 0, ram, TASK + 8, 4);
        ram.set(ScalarLayout.LONG_LITTLE, TASK + 16, SPACE);
        ram.set(ScalarLayout.INT_LITTLE, TASK + 24, 2);
        ram.set(ScalarLayout.INT_LITTLE, TASK + 32, 5);
        ram.set(ScalarLayout.INT_LITTLE, SPACE, 0x1234);
    }

    private TypeReference type(String name) {
        return new Named(name, shapes);
    }

    private static TypeShape structure(long bytes, Member... members) {
        return new TypeShape.Structure(bytes, TypeShape.Structure.Layout.STRUCT, List.of(members));
    }

    private Member member(String name, String type, long bitOffset) {
        return new Member(name, type(type), bitOffset, 0);
    }

    private MemoryView memory() {
        return new MappedMemory(
                DirectMap.builder().add(0, ram, 0, ram.byteSize()).build(),
                Arena.ofAuto(),
                ViewProperties.Access.READ_ONLY,
                "test",
                List.of());
    }

    private TypedValue task() {
        return TypedValue.of(types, memory(), "task", TASK);
    }

    @Test
    void membersAreFollowedByName() {
        assertThat(task().member("pid").asLong()).isEqualTo(-7);
        assertThat(task().member("mm").deref().member("pgd").asLong()).isEqualTo(0x1234);
        assertThat(task().member("own.pgd").address()).isEqualTo(TASK + 40);
        assertThat(task().member("comm").asText()).isEqualTo("init");
        assertThat(task().member("times").element(1).asLong()).isEqualTo(5);
        assertThat(task().member("mm").element(1).address()).isEqualTo(SPACE + 16);
    }

    @Test
    void bitFieldsAndAnonymousMembersAreMembersToo() {
        assertThat(task().member("flag").asLong()).isEqualTo(0b101);
        assertThat(task().member("raw").asLong()).isEqualTo(2);
        assertThat(task().member("state").enumerator()).contains("END");
    }

    @Test
    void whatCannotBeFollowedSaysWhy() {
        assertThatThrownBy(() -> TypedValue.of(types, memory(), "tusk", TASK))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("\"tusk\"");
        assertThatThrownBy(() -> task().member("mm.pgd")).hasMessageContaining("no member \"pgd\"");
        assertThatThrownBy(() -> task().member("pid").deref()).hasMessageContaining("no pointer");
        assertThatThrownBy(() -> task().member("times").element(3)).hasMessageContaining("no element 3");
        assertThatThrownBy(() -> task().asLong()).hasMessageContaining("no number");
        ram.set(ScalarLayout.LONG_LITTLE, TASK + 16, 0);
        assertThatThrownBy(() -> task().member("mm").deref()).hasMessageContaining("null");
        ram.set(ScalarLayout.LONG_LITTLE, TASK + 16, 0x99_0000L);
        assertThatThrownBy(() -> task().member("mm").deref().member("pgd").asLong())
                .isInstanceOf(MemoryAccessException.class);
    }

    @Test
    void aTypeIsSpreadOutWithItsValues() {
        List<TypedRow> rows = TypeSpread.values(type("task"), memory(), TASK, new Symbols());
        assertThat(rows)
                .extracting(TypedRow::path)
                .containsExactly(
                        "", "pid", "flag", "comm", "mm", "", "state", "raw", "times", "own", "own.pgd", "own.more");
        assertThat(rows)
                .extracting(TypedRow::value)
                .containsExactly(
                        null,
                        "-7",
                        "5",
                        "\"init\"",
                        "0x2000 <init_mm+0x8>",
                        null,
                        "END (2)",
                        "2",
                        "[0, 5, 0]",
                        null,
                        "0",
                        "null");
        assertThat(rows.get(2).bitSize()).isEqualTo(3);
        assertThat(rows.get(10).bitOffset()).isEqualTo(320);
    }

    @Test
    void aLayoutNeedsNoMemoryAndUnreadableValuesAreNamed() {
        assertThat(TypeSpread.layout(type("task"))).hasSize(12).allMatch(row -> row.value() == null);
        List<TypedRow> rows = TypeSpread.values(type("mm"), memory(), 0x3FFC, new Symbols());
        assertThat(rows.get(1).value()).isEqualTo("0");
        assertThat(rows.get(2).value()).isNull();
        assertThat(rows.get(2).why()).isNotNull();
    }

    @Test
    void aTypeThatContainsItselfEnds() {
        shapes.put("loop", structure(8, member("again", "loop", 0)));
        assertThatThrownBy(() -> TypeSpread.layout(type("loop")))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("nests");
        shapes.put("hidden", structure(8, member("", "hidden", 0)));
        assertThatThrownBy(() -> new TypedValue(memory(), 0, type("hidden"), null).member("x"))
                .isInstanceOf(MemflowException.class);
    }
}

package io.memflow.cli.fake;

import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One type: {@code struct pair} of two bytes, the second a bit-field of three bits. */
record FakeTypes() implements TypeTable {
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
        return name.equals("pair") ? Optional.of(new Named("struct pair", PAIR)) : Optional.empty();
    }

    private record Named(String name, TypeShape shape) implements TypeReference {}

    private static final TypeReference BYTE =
            new Named("u8", new TypeShape.Integral(1, TypeShape.Integral.Encoding.UNSIGNED));
    private static final TypeShape PAIR = new TypeShape.Structure(
            2,
            TypeShape.Structure.Layout.STRUCT,
            List.of(new TypeShape.Member("first", BYTE, 0, 0), new TypeShape.Member("second", BYTE, 9, 3)));
}

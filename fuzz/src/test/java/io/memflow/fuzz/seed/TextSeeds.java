package io.memflow.fuzz.seed;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a user writes. Stateless. */
final class TextSeeds {
    private TextSeeds() {}

    static Map<String, byte[]> chains() {
        return numbered(List.of(
                "dump:image.raw",
                "dump:'/a b:c':base=0x1000,format=\"raw\":cache=4K",
                "linux",
                "qemu:vm-1:default,key=`v,=:`",
                "dump:C\\:\\\\images\\\\a.raw:bare"));
    }

    static Map<String, byte[]> memoryMaps() {
        return numbered(List.of(
                "[[range]]\nbase = 0x0\nlength = 0xa0000\n",
                "# two\n[[range]]\nbase = 0\nlength = 0xc000_0000\n[[range]]\nbase = 0x1_0000_0000\nlength = 0o17\nreal_base = 0b1010\n",
                "range = [{base = 1, length = 2}, {base = 9, length = 1}]\n",
                "[[range]]\nbase = \"0\"\nlength = 1979-05-27T07:32:00Z\n",
                "[other]\nkey = '''\na'''\n[a.b]\nc = [1, [2.5, true]]\n"));
    }

    /** As dwarf2json writes it, with each kind of type once. */
    static Map<String, byte[]> isf() {
        String types = """
            {"metadata": {"format": "6.2.0"},
             "base_types": {"int": {"size": 4, "signed": true, "kind": "int", "endian": "little"},
              "pointer": {"size": 8, "signed": false, "kind": "int", "endian": "little"}},
             "user_types": {"outer": {"kind": "struct", "size": 64, "fields": {
              "a": {"type": {"kind": "bitfield", "bit_position": 3, "bit_length": 5,
               "type": {"kind": "base", "name": "int"}}, "offset": 4},
              "x": {"offset": 8, "anonymous": true, "type": {"kind": "union", "name": "u"}},
              "self": {"offset": 32, "type": {"kind": "pointer",
               "subtype": {"kind": "struct", "name": "outer"}}},
              "all": {"offset": 40, "type": {"kind": "array", "count": 2,
               "subtype": {"kind": "enum", "name": "states"}}}}},
              "u": {"kind": "union", "size": 8, "fields": {
               "run": {"offset": 0, "type": {"kind": "function"}}}}},
             "enums": {"states": {"size": 4, "base": "int", "constants": {"ON": 1, "LAST": -1}}},
             "symbols": {}}
            """;
        String symbols = """
            {"symbols": {"init_task": {"address": 18446744071594090560, "type": {"kind": "struct", "name": "t"}},
             "linux_banner": {"address": 1, "constant_data": "TGludXggdmVyc2lvbiA2LjEKAA=="}},
             "base_types": {}, "user_types": {}, "enums": {}, "metadata": {"format": "6.2.0"}}
            """;
        return numbered(List.of(types, symbols));
    }

    static Map<String, byte[]> systemMaps() {
        return numbered(List.of(
                "ffffffff81000000 T _text\nffffffff82000000 D init_task\nffffffff83000000 B _end\n",
                "c1000000 T _text\nc2000000 d init_task\n0000a000 A percpu\n"));
    }

    private static Map<String, byte[]> numbered(List<String> texts) {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String text : texts) {
            seeds.put("text-" + (seeds.size() + 1), text.getBytes(StandardCharsets.UTF_8));
        }
        return seeds;
    }
}

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
                "# two\n[[range]]\nbase = 0\nlength = 0xc000_0000\n[[range]]\n"
                        + "base = 0x1_0000_0000\nlength = 0o17\nreal_base = 0b1010\n",
                "range = [{base = 1, length = 2}, {base = 9, length = 1}]\n",
                "[[range]]\nbase = \"0\"\nlength = 1979-05-27T07:32:00Z\n",
                "[other]\nkey = '''\na'''\n[a.b]\nc = [1, [2.5, true]]\n"));
    }

    private static Map<String, byte[]> numbered(List<String> texts) {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String text : texts) {
            seeds.put("text-" + (seeds.size() + 1), text.getBytes(StandardCharsets.UTF_8));
        }
        return seeds;
    }
}

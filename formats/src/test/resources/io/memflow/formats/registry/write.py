# Fills a hive by hivex and prints, of a model of its own, what must be in it: a line for each key and each value.
# Arguments: the hive's file, which is changed, and the seed of what is random.
import hashlib
import random
import sys
import hivex

KEYS = 400
DELETED = 30
LETTERS = "abcXYZ019 ._-{}()äßÿŁжπ日本語"
LENGTHS = [0, 1, 2, 3, 4, 5, 8, 100, 4000, 4096, 16343, 16344, 16345, 40000]

chance = random.Random(int(sys.argv[2]))
hive = hivex.Hivex(sys.argv[1], write=True)


class Key:
    def __init__(self, node, path):
        self.node = node
        self.path = path
        self.keys = []
        self.values = {}


def text(name):
    return name.encode("utf-8").hex()


def name(number):
    # The number keeps names apart whatever case they are compared in.
    return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(1, 30))) + str(number)


def value(number):
    data = chance.randbytes(chance.choice(LENGTHS))
    return {"key": name(number) if number else "", "t": chance.choice([*range(12), 0x20, 0x7FFFFFF0]), "value": data}


def lines(key):
    print("K", text(key.path))
    for one in key.values.values():
        digest = hashlib.sha256(one["value"]).hexdigest()
        print("V", text(one["key"]), one["t"], len(one["value"]), digest)
    for child in key.keys:
        lines(child)


everything = [Key(hive.root(), "")]
for number in range(KEYS):
    # A third of all lie below the root, so that its list is long; the rest makes a tree of some depth.
    parent = everything[0] if number % 3 == 0 else chance.choice(everything)
    called = name(number)
    made = Key(hive.node_add_child(parent.node, called), parent.path + chr(92) + called if parent.path else called)
    parent.keys.append(made)
    everything.append(made)
    values = [value(one) for one in range(chance.choice([0, 1, 2, 5, 40]))]
    hive.node_set_values(made.node, values)
    made.values = {one["key"]: one for one in values}
    if values and number % 2 == 0:
        # hivex writes one of the values again.
        again = dict(chance.choice(values), value=chance.randbytes(chance.choice(LENGTHS)))
        hive.node_set_value(made.node, again)
        made.values[again["key"]] = again
for _ in range(DELETED):
    leaves = [(parent, child) for parent in everything for child in parent.keys if not child.keys]
    parent, child = chance.choice(leaves)
    hive.node_delete_child(child.node)
    parent.keys.remove(child)
    everything.remove(child)
hive.commit(None)
lines(everything[0])

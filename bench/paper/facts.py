"""The figures: one CSV of them all, and tables made of it."""

import csv

FIELDS = ["part", "network", "protocol", "set", "row", "quantity", "ours", "paper", "command"]


class Facts:
    """By what they are of: a figure that is measured again takes the place of the old one."""

    def __init__(self, path):
        self.path, self.rows = path, {}
        if path.exists():
            with open(path, encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    self.rows[self.key(row)] = row

    @staticmethod
    def key(row):
        return tuple(row[field] for field in FIELDS[:6])

    def forget(self, part, network):
        self.rows = {key: row for key, row in self.rows.items() if key[:2] != (part, network)}

    def add(self, part, network, quantity, ours, *, protocol="", dataset="", row="", paper="", command="", digits=4):
        told = f"{ours:.{digits}f}" if isinstance(ours, float) else str(ours)
        values = dict(zip(FIELDS, (part, network, protocol, dataset, row, quantity, told, str(paper), command)))
        self.rows[self.key(values)] = values
        print("  ".join(filter(None, (part, network, protocol, dataset, row, quantity, told, f"(paper: {paper})" if paper else ""))),
              flush=True)

    def find(self, **wanted):
        return [row for row in self.rows.values() if all(row[field] == value for field, value in wanted.items())]

    def write(self):
        with open(self.path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows.values())


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def unique(values):
    return list(dict.fromkeys(values))

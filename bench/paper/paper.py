"""What the paper's tables say."""

import csv

NAMES = {"tpsr_x4": "TPSR", "imdn_x4": "IMDN"}
SETS = {"Set5": "set5", "Set14": "set14", "BSD100": "b100", "Urban100": "urban100"}


def read(shared, name):
    with open(shared / "paper" / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Paper:
    def __init__(self, shared):
        self.search, self.quality = read(shared, "table1_search.csv"), read(shared, "table2_quality_x4.csv")

    def of_search(self, network, dataset, column):
        name = "B100" if dataset == "BSD100" else dataset
        found = [row for row in self.search if (row["model"], row["dataset"]) == (NAMES.get(network, network), name)]
        return found[0][column] if found else ""

    def of_quality(self, network, variant, dataset):
        """(PSNR, SSIM) as the paper prints them."""
        for row in self.quality:
            if (row["model"], row["variant"]) == (NAMES.get(network, network), variant) and dataset in SETS:
                return row[f"{SETS[dataset]}_psnr"], row[f"{SETS[dataset]}_ssim"]
        return "", ""

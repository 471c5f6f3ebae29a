"""Table 4: XLSR in uniform 8 bits at x3."""

from paper import read

PART, NETWORK = "table4", "xlsr_x3"


def measure(program, facts):
    told = {row["model"]: row for row in read(program.shared, "table4_systems.csv") if row["system"] == "XLSR"}
    _, path = program.quantize(NETWORK, "int8", "--calib", program.shared / "data" / "calib", "--uniform", 8)
    command = program.command
    for row, model in (("FP32", program.model(NETWORK)), ("INT8", path)):
        for dataset, key in (("Set5", "set5"), ("Set14", "set14"), ("BSD100", "b100")):
            found = program.quality(model, dataset, 3)
            for quantity, value, column, digits in (("PSNR", found[0], "psnr", 2), ("SSIM", found[1], "ssim", 4)):
                facts.add(PART, NETWORK, quantity, value, dataset=dataset, row=row, paper=told[row][f"{key}_{column}"],
                          command=command if row == "INT8" else program.command, digits=digits)

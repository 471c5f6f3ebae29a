// Owns: what those who offer quantization to people see of quantize/: its plain types, costs and analyses, as
// session's own, so that they include session alone.
#pragma once

#include "graph/recipe.h"
#include "graph/target.h"
#include "quantize/bops_cost.h"
#include "quantize/decisions.h"
#include "quantize/dre_selection.h"
#include "quantize/estimate_ranges.h"
#include "quantize/layers.h"
#include "quantize/make_recipe.h"
#include "quantize/needs.h"
#include "quantize/recorded_evaluator.h"
#include "quantize/resilience.h"
#include "quantize/time_cost.h"

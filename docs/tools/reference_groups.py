"""Which public names stand together in the reference, and in which order.

A test compares the tables with what the modules offer: a new public name goes into one group.
"""

from __future__ import annotations

# Module -> heading -> names. Modules whose library is missing are left out of the site.
GROUPS: dict[str, dict[str, list[str]]] = {
    "residua": {
        "Fit": ["fit", "least_squares", "dataset", "example", "load"],
        "Models": ["model", "models", "Model", "ode", "reactions"],
        "Results": ["Fit", "Prediction", "Outcome", "Finding"],
        "Derivatives and integrals": [
            "derivative", "gradient", "jacobian", "hessian", "integral", "check_derivatives",
        ],
        "Roots and sensitivities": ["solve", "Root", "sensitivity", "Sensitivity"],
        "Networks": ["MLP", "Adam", "AdamW", "SGD", "LBFGS", "trace"],
        "Errors": [
            "ResiduaError", "DataError", "ModelError", "ParameterError", "FormulaError",
            "FileError", "NotDifferentiable", "MissingLibrary",
        ],
    },
    "residua.atoms": {
        "Pair potentials": [
            "Pair", "LennardJones", "Mie", "Morse", "Buckingham", "BornMayer", "Yukawa", "ZBL",
            "DoubleExponential", "Tabulated",
        ],
        "Potentials of many bodies": [
            "Density", "Gupta", "FinnisSinclair", "EAM", "ZhouEAM", "StillingerWeber", "Tersoff",
            "NeuralPotential",
        ],
        "Fits to databases": [
            "fit_potential", "fit_neural", "PotentialFit", "load_potential", "Domain",
            "ExtrapolationWarning",
        ],
        "Structures": [
            "read_structures", "Structure", "Structures", "to_atoms", "EnergyOffsets",
            "energy_offsets", "without_offsets", "pulay",
        ],
        "What follows from a potential": [
            "Potential", "Batch", "BatchResult", "hessian", "elastic_constants",
            "force_constants", "phonon_frequencies", "vibrational_frequencies",
        ],
    },
    "residua.teaching": {
        "Five steps": ["predict", "loss", "gradient", "update", "repeat", "Trace"],
        "Pictures": [
            "loss_surface", "learning_rates", "descent_path", "traces", "lines", "decision_map",
            "network_diagram", "activation_table", "animation", "page",
        ],
        "Curvature": ["hessian", "stable_limit"],
        "Parameters": ["random_start", "flat", "shaped", "labels", "layers", "sizes"],
        "Activations": ["activation", "Activation", "ACTIVATIONS"],
        "Data": ["line_data", "parabola_data", "xor_data", "LINE_START"],
    },
    "residua.scipy": {"Functions": ["curve_fit", "least_squares"]},
    "residua.sklearn": {"Estimators": ["NeuralRegressor", "NonlinearRegressor"]},
    "residua.torch": {"Modules as models": ["TorchModule", "TorchNetwork", "update"]},
    "residua.autograd": {
        "First derivatives": [
            "grad", "value_and_grad", "grad_and_aux", "grad_named", "multigrad_dict",
            "elementwise_grad", "deriv", "holomorphic_grad", "jacobian",
        ],
        "Second derivatives": [
            "hessian", "hessian_vector_product", "hessian_tensor_product", "make_hvp",
            "make_ggnvp",
        ],
        "Products": ["make_vjp", "make_jvp", "vector_jacobian_product", "tensor_jacobian_product"],
        "Memory": ["checkpoint"],
    },
    "residua.doc": {
        "Write": ["documented", "Doc", "unit", "shape", "Gt", "Ge", "Lt", "Le", "Bounds"],
        "Read": ["arguments", "Arguments", "Argument"],
        "Check": ["check", "problems", "DocumentationWarning"],
    },
}  # fmt: skip

# What has no docstring of its own, in one sentence.
DATA = {
    "residua.teaching.ACTIVATIONS": "The activation functions by name; each is an `Activation`.",
    "residua.teaching.LINE_START": "The start of the line of the tutorial: weight and bias.",
}

# One line of each module, for the entry of the reference.
MODULES = {
    "residua": "models, fits, derivatives, networks",
    "residua.atoms": "interatomic potentials: calculators, fits to databases",
    "residua.teaching": "training by hand, and a picture of each idea",
    "residua.scipy": "`curve_fit` and `least_squares`, with exact derivatives",
    "residua.sklearn": "fits as scikit-learn estimators",
    "residua.torch": "modules of PyTorch as models",
    "residua.autograd": "the functions of HIPS autograd on unchanged NumPy",
    "residua.doc": "documentation beside each argument",
}
NEEDS = {"residua.torch": "torch"}

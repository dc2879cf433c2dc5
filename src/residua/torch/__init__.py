"""PyTorch modules as models: `rs.fit(module, X, y)`, and the fitted weights back in the module.

    import torch, residua as rs, residua.torch

    fit = rs.fit(module, X, y)              # Levenberg-Marquardt, intervals, extrapolation grade
    residua.torch.update(module, fit)       # only now does the module change

`TorchModule(module).with_parameters(fit)` gives a fitted copy instead. A fit is an average of
several networks; a module can hold one of them, and is given the best single one, `fit.params`.
"""

from residua.torch.module import TorchModule, TorchNetwork, update

__all__ = ["TorchModule", "TorchNetwork", "update"]

"""The functions of HIPS autograd, on unchanged `numpy`: `from residua.autograd import grad`.

Same names, same calling conventions (`argnum`, a position or a tuple of them; lists, tuples and
dicts of arrays as arguments), same answers; the functions they are applied to need no
`autograd.numpy`. First derivatives of small problems need no JAX; all else runs through it.

>>> import numpy as np
>>> from residua.autograd import grad
>>> float(grad(np.tanh)(0.0))
1.0
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.autodiff.operators import derivative, shaped
from residua.autodiff.operators_apply import is_followed, plainly
from residua.doc import Doc, documented

__all__ = [
    "checkpoint", "deriv", "elementwise_grad", "grad", "grad_and_aux", "grad_named", "hessian",
    "hessian_tensor_product", "hessian_vector_product", "holomorphic_grad", "jacobian",
    "make_ggnvp", "make_hvp", "make_jvp", "make_vjp", "multigrad_dict", "tensor_jacobian_product",
    "value_and_grad", "vector_jacobian_product",
]  # fmt: skip

Function = Callable[..., Any]
Argnum = int | Sequence[int]

# What the arguments of these functions have in common, said once.
Fun = Annotated[
    Function, Doc("a function of numbers, arrays, or lists, tuples and dicts of arrays")
]
One = Annotated[int, Doc("the position of the argument to differentiate by")]
Several = Annotated[
    Argnum,
    Doc("the position of the argument to differentiate by, or a tuple of positions"),
]
Applied = Annotated[Function, Doc("a function that is called with the arguments of the given one")]


class NotScalar(ModelError, TypeError):
    """The function returned more than one number where a gradient was asked for."""


@documented
def grad(fun: Fun, argnum: Several = 0) -> Applied:
    """The gradient of a scalar function by its argument `argnum`, shaped like that argument.

    >>> import numpy as np
    >>> grad(lambda x: np.sum(np.sin(x)))(np.zeros(2))
    array([1., 1.])
    """
    return _single("gradient", fun, argnum)


@documented
def value_and_grad(fun: Fun, argnum: Several = 0) -> Applied:
    """The value and the gradient of a scalar function, as `scipy.optimize` likes them (`jac=True`).

    >>> import numpy as np
    >>> value, slope = value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    >>> float(value), slope
    (5.0, array([2., 4.]))
    """
    return _single("value_and_gradient", fun, argnum)


def _single(kind: str, fun: Function, argnum: Argnum) -> Function:
    found: Function = shaped(kind, fun, _wrt(argnum), lists=True)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        try:
            return found(*args, **kwargs)
        except NotScalar:
            raise
        except ModelError as error:
            raise NotScalar(error.what, error.causes, _INSTEAD) from error

    return _named(gradient, found)


_INSTEAD = "jacobian, elementwise_grad or holomorphic_grad"


def _wrt(argnum: Argnum) -> Any:
    return argnum if isinstance(argnum, (int, np.integer)) else tuple(argnum)


def _named(function: Function, like: Function) -> Function:
    function.__name__ = function.__qualname__ = like.__name__
    function.__doc__ = like.__doc__
    function.__wrapped__ = getattr(like, "__wrapped__", like)  # type: ignore[attr-defined]
    return function


@documented
def grad_named(fun: Fun, argname: Annotated[str, Doc("what that argument is called")]) -> Applied:
    """The gradient of a scalar function by the argument of that name.

    >>> float(grad_named(lambda x, y: x * y**2, "y")(1.0, 3.0))
    6.0
    """
    return grad(fun, list(inspect.signature(fun).parameters).index(argname))


@documented
def multigrad_dict(fun: Fun) -> Applied:
    """The gradients by all arguments at once, as a dict of argument name and gradient.

    >>> {name: float(g) for name, g in multigrad_dict(lambda x, y: x * y**2)(1.0, 3.0).items()}
    {'x': 9.0, 'y': 6.0}
    """
    names = tuple(inspect.signature(fun).parameters)
    slopes = _single("gradient", fun, names)  # type: ignore[arg-type]
    return lambda *args, **kwargs: dict(zip(names, slopes(*args, **kwargs)))


@documented
def grad_and_aux(fun: Fun, argnum: One = 0) -> Applied:
    """The gradient of the first of two outputs, and the second output as it is.

    >>> g, aux = grad_and_aux(lambda x: (x**2, x + 1))(3.0)
    >>> float(g), aux
    (6.0, 4.0)
    """
    first = grad(lambda *args, **kwargs: fun(*args, **kwargs)[0], argnum)
    return lambda *args, **kwargs: (first(*args, **kwargs), plainly(fun)(*args, **kwargs)[1])


@documented
def elementwise_grad(fun: Fun, argnum: One = 0) -> Applied:
    """The sum of each column of the Jacobian: of a function that works entry by entry, f'(x).

    >>> import numpy as np
    >>> elementwise_grad(np.tanh)(np.array([0.0, 100.0]))
    array([1., 0.])
    """
    slope: Function = derivative(fun, argnum)
    total = grad(lambda *args, **kwargs: np.sum(fun(*args, **kwargs)), argnum)

    def columns(*args: Any, **kwargs: Any) -> Any:
        # Entry by entry costs one direction; the sum, which is right for any function, costs all.
        if not is_followed(args, kwargs):
            try:
                found = slope(*args, **kwargs)
            except ModelError:
                return total(*args, **kwargs)
            if np.shape(found) == np.shape(args[argnum]):
                return found
        return total(*args, **kwargs)

    return _named(columns, slope)


@documented
def holomorphic_grad(fun: Fun, argnum: One = 0) -> Applied:
    """The complex derivative of a holomorphic scalar function, shaped like its argument.

    The derivatives along the real and the imaginary axis are both computed; where they differ the
    function is not holomorphic and ModelError is raised.

    >>> complex(holomorphic_grad(lambda z: z**3)(1j))
    (-3+0j)
    """

    def split(a: Any, b: Any, args: Any, kwargs: Any) -> Any:
        z = fun(*args[:argnum], a + 1j * b, *args[argnum + 1 :], **kwargs)
        if np.size(z) != 1:
            raise NotScalar(f"The function returned an array of shape {np.shape(z)}.", (), _INSTEAD)
        return np.stack([np.reshape(np.real(z), ()), np.reshape(np.imag(z), ())])

    parts: Function = shaped("jacobian", split, (0, 1))

    def complex_gradient(*args: Any, **kwargs: Any) -> Any:
        z = np.asarray(args[argnum])
        hidden = (*args[:argnum], None, *args[argnum + 1 :])
        along, across = parts(np.real(z) * 1.0, np.imag(z) * 1.0, hidden, kwargs)
        slope, other = along[0] + 1j * along[1], across[0] + 1j * across[1]
        if not np.allclose(other, 1j * slope, rtol=1e-9, atol=1e-12 * np.abs(slope).max(initial=0)):
            raise ModelError("The function is not holomorphic there.", ("abs, conj, real or imag",))
        return slope

    return complex_gradient


@documented
def jacobian(fun: Fun, argnum: Several = 0) -> Applied:
    """The Jacobian by the argument `argnum`, of shape output shape + input shape.

    >>> import numpy as np
    >>> jacobian(lambda x: np.outer(x, x))(np.ones(2)).shape
    (2, 2, 2)
    """
    found: Function = shaped("jacobian", fun, _wrt(argnum))
    return found


@documented
def hessian(fun: Fun, argnum: One = 0) -> Applied:
    """The exact second derivatives, of shape output shape + input shape + input shape.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] * x[1])(np.ones(2))
    array([[0., 1.],
           [1., 0.]])
    """
    found: Function = shaped("hessian", fun, argnum)
    return found


@documented
def make_jvp(fun: Fun, argnum: One = 0) -> Applied:
    """`make_jvp(f)(x)(v)` is f(x) and the Jacobian at x times v.

    >>> import numpy as np
    >>> value, pushed = make_jvp(np.sin)(np.zeros(2))(np.array([1.0, 2.0]))
    >>> pushed
    array([1., 2.])
    """

    def moved(t: Any, v: Any, args: Any, kwargs: Any) -> Any:
        there = _shifted(args[argnum], v, t)
        return fun(*args[:argnum], there, *args[argnum + 1 :], **kwargs)

    along: Function = shaped("jacobian", moved, 0)

    def at(*args: Any, **kwargs: Any) -> Function:
        return lambda v: (plainly(fun)(*args, **kwargs), along(0.0, v, args, kwargs))

    return at


def _shifted(x: Any, v: Any, t: Any) -> Any:
    """x + t v, inside containers too."""
    if isinstance(x, dict):
        return {key: _shifted(item, v[key], t) for key, item in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)([_shifted(item, direction, t) for item, direction in zip(x, v)])
    return x + t * v


@documented
def deriv(fun: Fun, argnum: One = 0) -> Applied:
    """The sum of each row of the Jacobian: the change of the output when all inputs move alike.

    >>> float(deriv(lambda x: x**2)(3.0))
    6.0
    """
    pushed = make_jvp(fun, argnum)
    return lambda *args, **kwargs: pushed(*args, **kwargs)(np.ones(np.shape(args[argnum])))[1]


@documented
def make_vjp(fun: Fun, argnum: Several = 0) -> Applied:
    """`make_vjp(f)(x)` is the function v -> v times the Jacobian at x, and f(x).

    >>> import numpy as np
    >>> pulled, value = make_vjp(np.sin)(np.zeros(2))
    >>> pulled(np.array([1.0, 2.0]))
    array([1., 2.])
    """

    def weighted(v: Any, *args: Any, **kwargs: Any) -> Any:
        return np.sum(v * fun(*args, **kwargs))

    after = argnum + 1 if isinstance(argnum, (int, np.integer)) else [k + 1 for k in argnum]
    back = grad(weighted, after)

    def at(*args: Any, **kwargs: Any) -> tuple[Function, Any]:
        return (lambda v: back(v, *args, **kwargs)), plainly(fun)(*args, **kwargs)

    return at


@documented
def make_hvp(fun: Fun, argnum: One = 0) -> Applied:
    """`make_hvp(f)(x)` is the function v -> Hessian at x times v, and the gradient at x.

    >>> import numpy as np
    >>> times, slope = make_hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    >>> times(np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    slope = grad(fun, argnum)
    pushed = make_jvp(slope, argnum)

    def at(*args: Any, **kwargs: Any) -> tuple[Function, Any]:
        along = pushed(*args, **kwargs)
        return (lambda v: along(v)[1]), slope(*args, **kwargs)

    return at


@documented
def hessian_tensor_product(fun: Fun, argnum: One = 0) -> Applied:
    """`hessian_vector_product(f)(x, v)` is the Hessian at x times v, shaped like x.

    >>> import numpy as np
    >>> hessian_vector_product(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    slope = grad(fun, argnum)

    def moved(t: Any, v: Any, args: Any, kwargs: Any) -> Any:
        return slope(*args[:argnum], args[argnum] + t * v, *args[argnum + 1 :], **kwargs)

    along: Function = shaped("jacobian", moved, 0)

    def product(*args: Any, **kwargs: Any) -> Any:
        return along(0.0, args[-1], args[:-1], kwargs)

    return product


hessian_vector_product = hessian_tensor_product


@documented
def tensor_jacobian_product(fun: Fun, argnum: One = 0) -> Applied:
    """`vector_jacobian_product(f)(x, v)` is v times the Jacobian at x.

    >>> import numpy as np
    >>> vector_jacobian_product(np.sin)(np.zeros(2), np.array([1.0, 2.0]))
    array([1., 2.])
    """

    def product(*args: Any, **kwargs: Any) -> Any:
        return np.tensordot(args[-1], fun(*args[:-1], **kwargs), np.ndim(args[-1]))

    return jacobian(product, argnum)


vector_jacobian_product = tensor_jacobian_product


@documented
def make_ggnvp(
    f: Fun,
    g: Annotated[
        Callable[..., Any] | None,
        Doc("a scalar function of what f gives; half the sum of its squares by default"),
    ] = None,
    f_argnum: One = 0,
) -> Applied:
    """`make_ggnvp(f)(x)(v)` is Jᵀ H J v: J the Jacobian of f at x, H the Hessian of g at f(x).

    g is half the sum of squares unless given; then H is the identity.

    >>> import numpy as np
    >>> make_ggnvp(lambda x: 2.0 * x)(np.ones(2))(np.array([1.0, 0.0]))
    array([4., 0.])
    """
    outer: Function = g if g is not None else (lambda x: 0.5 * np.sum(x**2, axis=-1))
    forward, backward, curved = make_jvp(f, f_argnum), make_vjp(f, f_argnum), make_hvp(outer)

    def at(*args: Any, **kwargs: Any) -> Function:
        pull, value = backward(*args, **kwargs)
        times, _ = curved(value)
        push = forward(*args, **kwargs)
        return lambda v: pull(times(push(v)[1]))

    return at


@documented
def checkpoint(fun: Fun) -> Applied:
    """The same function, whose intermediate values reverse mode computes again instead of keeping.

    Saves memory and costs time. Without reverse mode it changes nothing.

    Source: Chen, Xu, Zhang, Guestrin, arXiv:1604.06174 (2016).

    >>> import numpy as np
    >>> grad(lambda x: np.sum(checkpoint(np.sin)(x)))(np.zeros(2))
    array([1., 1.])
    """

    def recomputed(*args: Any, **kwargs: Any) -> Any:
        if not is_followed(args, kwargs):
            return fun(*args, **kwargs)
        from residua.autodiff.operators_traced import checkpointed

        return checkpointed(fun, args, kwargs)

    return recomputed

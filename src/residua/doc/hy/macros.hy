"A function whose arguments carry their documentation, as a macro.

    (require residua.doc.hy [mydef])

    (mydef func ((arg1 \"a number\") (arg2 \"a number\"))
      \"Multiply arg1 by arg2\"
      (* arg1 arg2))

    (mydef (pressure \"the pressure\" float :unit \"Pa\")
           ((T \"temperature\" float :unit \"K\" :gt 0)
            (x \"positions\" np.ndarray :shape [\"n\" 3])
            *
            (n \"how many\" int :default 1 :ge 1))
      \"Give the pressure of a gas.\"
      ...)

Beside a name stand its text, its type, and any of :unit, :shape, :default, :gt, :ge, :lt, :le. A
bare symbol is an argument without documentation; /, * and #* args are as in `defn`. Beside the
name of the function stands what it returns. :validate True before the arguments checks each call."

(import hy.models [Expression Keyword List String Symbol])

(eval-and-compile
  (import hy.models [Expression Keyword List String Symbol])

  ;; What each keyword stands for beside a type.
  (setv MARKS {"unit" "unit"  "shape" "shape"  "gt" "Gt"  "ge" "Ge"  "lt" "Lt"  "le" "Le"})

  (defn mark [name value]
    "The form of one mark, such as unit(\"K\")."
    (setv function `(. (hy.I "residua.doc") ~(Symbol (get MARKS name))))
    (if (isinstance value List)
        `(~function ~@value)
        `(~function ~value)))

  (defn beside [entry]
    "What stands beside a name: (type, marks, default), the last a list of one form or none."
    (setv type-form 'object  marks []  default []  rest (list entry))
    (while rest
      (setv it (.pop rest 0))
      (cond
        (isinstance it String) (.append marks `((. (hy.I "residua.doc") Doc) ~it))
        (not (isinstance it Keyword)) (setv type-form it)
        (not rest) (raise (SyntaxError f"{it} needs a value"))
        (= it.name "default") (.append default (.pop rest 0))
        (in it.name MARKS) (.append marks (mark it.name (.pop rest 0)))
        True (raise (SyntaxError f"{it} is none of :default :{(.join " :" MARKS)}"))))
    [(if marks
         `(get hy.I.typing.Annotated #(~type-form ~@marks))
         type-form)
     default])

  (defn argument [entry]
    "One entry of the list of arguments, as `defn` takes it."
    (if (and (isinstance entry Expression) (isinstance (get entry 0) Symbol)
             (not-in (str (get entry 0)) ["unpack-iterable" "unpack-mapping" "annotate"]))
        (do
          (setv [annotation default] (beside (cut entry 1 None)))
          (setv name (get entry 0))
          `(annotate ~(if default (List [name (get default 0)]) name) ~annotation))
        entry)))

(defmacro mydef [name args #* body]
  "Define a function whose arguments carry their documentation."
  (setv validate False  body (list body))
  (when (isinstance args Keyword)
    (setv validate (.pop body 0)  args (.pop body 0)))
  (setv [returns _] (if (isinstance name Expression) (beside (cut name 1 None)) [None []]))
  (setv symbol (if (isinstance name Expression) (get name 0) name))
  `(defn [((. (hy.I "residua.doc") documented) :validate ~validate)]
     ~(if returns `(annotate ~symbol ~returns) symbol)
     ~(List (map argument args))
     ~@body))

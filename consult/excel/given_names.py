"""By what a person's name is known: forms of address, and first names that are common in French and around it. All folded."""

from __future__ import annotations

CIVILITIES = {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "ms", "mrs", "miss", "dr", "pr", "mmes", "mm", "me", "m mme"}
FIRST_NAMES = frozenset(
    """
    adrien agathe agnes ahmed alain albert alexandre alexis alice ana andre anna anne annette annie anthony antoine arnaud arthur
    audrey augustin aurelie aurelien axel baptiste beatrice benjamin benoit bernadette bernard bertrand brigitte bruno camille
    carlos carole caroline catherine cecile cedric celine chantal charles charlotte chloe christian christine christophe claire
    clara claude claudine clement clementine colette coralie corentin corinne damien daniel danielle david delphine denis denise
    didier dominique edouard elena elise elodie eloise emilie emma emmanuel eric erwan estelle etienne eva evelyne fabien fabrice
    fanny fatima florence florian francis francois francoise frederic gabriel gaelle gauthier genevieve gerard gilles giovanni
    gregory guillaume hans helene herve hugo ines isabelle jacqueline jacques jade james jean jeanne jennifer jeremy jerome john
    jonathan jose josephine jules julie julien juliette justine karim karine kevin klaus laetitia laura laurence laurent lea linda
    loic louis louise luc lucas lucie lucien lucienne ludovic luis magali manon marc marcel marco margaux maria marie marine marion
    martine mary mathieu mathilde matthieu maxime melanie michel michele mireille mohamed monique muriel myriam nadia nathalie
    nathan nicolas nicole noel noemie oceane odile olivier paolo pascal patricia patrick paul pauline peter philippe pierre quentin
    rachid raphael raymond regis remi remy rene renee robert roger roland romain rose sabrina samuel sandrine sarah sebastien serge
    severine simon solange solene sonia sophie stanislas stephane stephanie susan suzanne sylvain sylvie theo thibault thierry
    thomas tristan valentin valentine valerie veronique victor vincent virginie william xavier yann yannick yves yvette zoe
    """.split()
)
